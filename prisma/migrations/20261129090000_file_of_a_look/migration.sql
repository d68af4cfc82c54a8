-- AlterTable
ALTER TABLE "detail_orders" ADD COLUMN     "file_look" INTEGER;
