-- CreateEnum
CREATE TYPE "DetailFormat" AS ENUM ('PDF', 'XLSX', 'CSV', 'HTML', 'XML');

-- CreateEnum
CREATE TYPE "DetailDelivery" AS ENUM ('DOWNLOAD', 'EMAIL');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "LedgerCause" ADD VALUE 'TARIFF_CHANGE';
ALTER TYPE "LedgerCause" ADD VALUE 'DETAIL_ORDER';

-- AlterTable
ALTER TABLE "events" ADD COLUMN     "progress" INTEGER;

-- AlterTable
ALTER TABLE "subscribers" ADD COLUMN     "sim_changed_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "tariff_quotes" (
    "subscriber_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "tariff_code" TEXT NOT NULL,
    "switch_fee" BIGINT NOT NULL,
    "ends_services" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tariff_quotes_pkey" PRIMARY KEY ("subscriber_id","id")
);

-- CreateTable
CREATE TABLE "tariff_changes" (
    "subscriber_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "from_tariff_code" TEXT NOT NULL,
    "to_tariff_code" TEXT NOT NULL,
    "ends_services" TEXT[],
    "state" "OrderState" NOT NULL DEFAULT 'ACKNOWLEDGED',
    "fee" BIGINT NOT NULL,
    "failure_code" "OrderFailureCode",
    "language" "Language" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "handed_at" TIMESTAMPTZ(3),
    "looks" INTEGER NOT NULL DEFAULT 0,
    "next_look_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tariff_changes_pkey" PRIMARY KEY ("subscriber_id","id")
);

-- CreateTable
CREATE TABLE "detail_orders" (
    "subscriber_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "from" DATE NOT NULL,
    "to" DATE NOT NULL,
    "format" "DetailFormat" NOT NULL,
    "delivery" "DetailDelivery" NOT NULL,
    "email" TEXT,
    "state" "OrderState" NOT NULL DEFAULT 'ACKNOWLEDGED',
    "fee" BIGINT NOT NULL,
    "failure_code" "OrderFailureCode",
    "language" "Language" NOT NULL,
    "progress" INTEGER NOT NULL DEFAULT 0,
    "record_count" INTEGER,
    "byte_size" INTEGER,
    "sha256" TEXT,
    "data_complete_through" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "link_ended_at" TIMESTAMPTZ(3),
    "file_removed_at" TIMESTAMPTZ(3),
    "looks" INTEGER NOT NULL DEFAULT 0,
    "next_look_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "detail_orders_pkey" PRIMARY KEY ("subscriber_id","id")
);

-- CreateTable
-- A part for each month, in a schema of its own; the loader makes those that are not there yet.
CREATE TABLE "usage_records" (
    "subscriber_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "record_id" TEXT NOT NULL,
    "kind" "UsageKind" NOT NULL,
    "peer" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,

    CONSTRAINT "usage_records_pkey" PRIMARY KEY ("subscriber_id","at","record_id")
) PARTITION BY RANGE ("at");
CREATE SCHEMA "usage_parts";

-- CreateTable
CREATE TABLE "usage_days" (
    "subscriber_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "kind" "UsageKind" NOT NULL,
    "records" INTEGER NOT NULL,
    "seconds" BIGINT NOT NULL,
    "minutes" BIGINT NOT NULL,
    "messages" BIGINT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "megabytes" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,

    CONSTRAINT "usage_days_pkey" PRIMARY KEY ("subscriber_id","day","kind")
);

-- CreateTable
CREATE TABLE "usage_months" (
    "subscriber_id" UUID NOT NULL,
    "month" DATE NOT NULL,
    "kind" "UsageKind" NOT NULL,
    "records" INTEGER NOT NULL,
    "seconds" BIGINT NOT NULL,
    "minutes" BIGINT NOT NULL,
    "messages" BIGINT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "megabytes" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,

    CONSTRAINT "usage_months_pkey" PRIMARY KEY ("subscriber_id","month","kind")
);

-- CreateTable
CREATE TABLE "usage_loads" (
    "sha256" TEXT NOT NULL,
    "lines" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "complete_through" TIMESTAMPTZ(3),

    CONSTRAINT "usage_loads_pkey" PRIMARY KEY ("sha256")
);

-- CreateIndex
CREATE INDEX "tariff_quotes_created_at_idx" ON "tariff_quotes" USING BRIN ("created_at");

-- CreateIndex
CREATE INDEX "tariff_changes_to_look_at" ON "tariff_changes"("next_look_at") WHERE (finished_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "tariff_changes_one_open" ON "tariff_changes"("subscriber_id") WHERE (finished_at IS NULL);

-- CreateIndex
CREATE INDEX "detail_orders_to_look_at" ON "detail_orders"("next_look_at") WHERE (finished_at IS NULL);

-- CreateIndex
CREATE INDEX "detail_orders_to_clear" ON "detail_orders"("expires_at") WHERE (file_removed_at IS NULL);

-- AddForeignKey
ALTER TABLE "tariff_quotes" ADD CONSTRAINT "tariff_quotes_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscribers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tariff_quotes" ADD CONSTRAINT "tariff_quotes_tariff_code_fkey" FOREIGN KEY ("tariff_code") REFERENCES "tariffs"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tariff_changes" ADD CONSTRAINT "tariff_changes_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscribers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tariff_changes" ADD CONSTRAINT "tariff_changes_from_tariff_code_fkey" FOREIGN KEY ("from_tariff_code") REFERENCES "tariffs"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tariff_changes" ADD CONSTRAINT "tariff_changes_to_tariff_code_fkey" FOREIGN KEY ("to_tariff_code") REFERENCES "tariffs"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "detail_orders" ADD CONSTRAINT "detail_orders_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscribers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- CreateIndex
CREATE INDEX "ledger_entries_subscriber_id_at_idx" ON "ledger_entries"("subscriber_id", "at");

-- What Prisma cannot say: a fee is no gift, an order that has ended has an end, and progress is in percent.
ALTER TABLE "tariff_changes" ADD CONSTRAINT "tariff_changes_fee_check" CHECK ("fee" >= 0);
ALTER TABLE "tariff_changes" ADD CONSTRAINT "tariff_changes_finished_check"
  CHECK (("finished_at" IS NOT NULL) = ("state" IN ('COMPLETED', 'FAILED', 'CANCELLED')));
ALTER TABLE "tariff_changes" ADD CONSTRAINT "tariff_changes_failure_check"
  CHECK (("failure_code" IS NOT NULL) = ("state" = 'FAILED'));
ALTER TABLE "detail_orders" ADD CONSTRAINT "detail_orders_fee_check" CHECK ("fee" >= 0);
ALTER TABLE "detail_orders" ADD CONSTRAINT "detail_orders_period_check" CHECK ("from" <= "to");
ALTER TABLE "detail_orders" ADD CONSTRAINT "detail_orders_progress_check" CHECK ("progress" BETWEEN 0 AND 100);
ALTER TABLE "detail_orders" ADD CONSTRAINT "detail_orders_email_check"
  CHECK (("email" IS NOT NULL) = ("delivery" = 'EMAIL'));
ALTER TABLE "detail_orders" ADD CONSTRAINT "detail_orders_finished_check"
  CHECK (("finished_at" IS NOT NULL) = ("state" IN ('COMPLETED', 'FAILED', 'CANCELLED')));
ALTER TABLE "detail_orders" ADD CONSTRAINT "detail_orders_file_check"
  CHECK ("state" <> 'COMPLETED' OR ("sha256" IS NOT NULL AND "record_count" IS NOT NULL AND "byte_size" IS NOT NULL AND "expires_at" IS NOT NULL));
