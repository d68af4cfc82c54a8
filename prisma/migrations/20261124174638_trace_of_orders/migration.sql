-- AlterTable
ALTER TABLE "detail_orders" ADD COLUMN     "traceparent" TEXT;

-- AlterTable
ALTER TABLE "service_orders" ADD COLUMN     "traceparent" TEXT;

-- AlterTable
ALTER TABLE "tariff_changes" ADD COLUMN     "traceparent" TEXT;
