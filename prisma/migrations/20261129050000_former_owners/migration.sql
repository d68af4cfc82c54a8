-- AlterTable
ALTER TABLE "detail_orders" ADD COLUMN     "former_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "ledger_entries" ADD COLUMN     "former_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "service_orders" ADD COLUMN     "former_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "subscribers" ADD COLUMN     "owner_since" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "tariff_changes" ADD COLUMN     "former_at" TIMESTAMPTZ(3);
