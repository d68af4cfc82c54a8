-- CreateEnum
CREATE TYPE "LedgerCause" AS ENUM ('SERVICE_ORDER', 'SUBSCRIBER_SERVICE', 'TARIFF', 'TOP_UP');

-- DropIndex
DROP INDEX "ledger_entries_subscriber_id_service_order_id_key";

-- AlterTable
-- Until now every order was one of a service.
ALTER TABLE "idempotency_keys" ADD COLUMN     "order_kind" "EventKind" NOT NULL DEFAULT 'SERVICE_ORDER';
ALTER TABLE "idempotency_keys" ALTER COLUMN "order_kind" DROP DEFAULT;

-- AlterTable
ALTER TABLE "ledger_entries" ADD COLUMN     "cause" "LedgerCause",
ADD COLUMN     "cause_id" TEXT,
ADD COLUMN     "period" DATE;
UPDATE "ledger_entries" SET "cause" = 'SERVICE_ORDER', "cause_id" = "service_order_id"::text WHERE "service_order_id" IS NOT NULL;
UPDATE "ledger_entries" SET "cause" = 'TOP_UP', "cause_id" = "id"::text WHERE "kind" = 'TOP_UP';
ALTER TABLE "ledger_entries" DROP COLUMN "service_order_id";

-- AlterTable
-- Orders that are under way are taken up at once, and asked after before they are given to the network again.
ALTER TABLE "service_orders" ADD COLUMN     "handed_at" TIMESTAMPTZ(3),
ADD COLUMN     "next_look_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
UPDATE "service_orders" SET "handed_at" = "created_at" WHERE "state" <> 'ACKNOWLEDGED';

-- AlterTable
-- Fees are taken from today on.
ALTER TABLE "subscribers" ADD COLUMN     "fees_through" DATE NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "passport" TEXT,
ADD COLUMN     "unpaid" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "staff_acts" (
    "subscriber_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "subject" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "detail" JSONB NOT NULL,

    CONSTRAINT "staff_acts_pkey" PRIMARY KEY ("subscriber_id","id")
);

-- CreateTable
CREATE TABLE "staff_reads" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "subject" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "lines" UUID[],

    CONSTRAINT "staff_reads_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "staff_reads_at_idx" ON "staff_reads" USING BRIN ("at");

-- CreateIndex
CREATE INDEX "staff_reads_subject_at_idx" ON "staff_reads"("subject", "at");

-- CreateIndex
CREATE INDEX "staff_acts_at_idx" ON "staff_acts" USING BRIN ("at");

-- CreateIndex
CREATE INDEX "staff_acts_subject_at_idx" ON "staff_acts"("subject", "at");

-- CreateIndex
CREATE INDEX "idempotency_keys_actor_key_idx" ON "idempotency_keys"("actor", "key");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_entries_once" ON "ledger_entries"("subscriber_id", "cause", "cause_id") WHERE (period IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "ledger_entries_once_a_period" ON "ledger_entries"("subscriber_id", "cause", "cause_id", "period") WHERE (period IS NOT NULL);

-- CreateIndex
CREATE INDEX "service_orders_to_look_at" ON "service_orders"("next_look_at") WHERE (finished_at IS NULL);

-- AddForeignKey
ALTER TABLE "staff_acts" ADD CONSTRAINT "staff_acts_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscribers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What Prisma cannot say: a suspension for want of money is a suspension, and a fee for a period is one that is taken.
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_unpaid_check" CHECK (NOT "unpaid" OR "status" = 'SUSPENDED');
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_period_check" CHECK ("period" IS NULL OR ("amount" < 0 AND "cause" IS NOT NULL));
