-- CreateEnum
CREATE TYPE "SmsState" AS ENUM ('HANDED', 'ACCEPTED', 'REFUSED');

-- CreateEnum
CREATE TYPE "SmsReceiptState" AS ENUM ('DELIVERED', 'EXPIRED', 'DELETED', 'UNDELIVERABLE', 'ACCEPTED', 'UNKNOWN', 'REJECTED');

-- CreateTable
CREATE TABLE "turns" (
    "subject" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3)[],

    CONSTRAINT "turns_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "tries" (
    "subject" TEXT NOT NULL,
    "wrong" INTEGER NOT NULL,
    "in_flight" INTEGER NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "only_after" TIMESTAMPTZ(3),

    CONSTRAINT "tries_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "sent_sms" (
    "id" UUID NOT NULL,
    "state" "SmsState" NOT NULL,
    "smsc_ids" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sent_sms_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sms_receipts" (
    "smsc_id" TEXT NOT NULL,
    "state" "SmsReceiptState" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sms_receipts_pkey" PRIMARY KEY ("smsc_id")
);

-- CreateIndex
CREATE INDEX "tries_last_at_idx" ON "tries"("last_at");

-- CreateIndex
CREATE INDEX "sent_sms_created_at_idx" ON "sent_sms" USING BRIN ("created_at");

-- CreateIndex
CREATE INDEX "sms_receipts_at_idx" ON "sms_receipts" USING BRIN ("at");

-- CreateIndex
CREATE INDEX "events_occurred_at_idx" ON "events" USING BRIN ("occurred_at");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys" USING BRIN ("created_at");
