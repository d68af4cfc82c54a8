-- CreateEnum
CREATE TYPE "ServiceCategory" AS ENUM ('CALLS', 'MESSAGES', 'INTERNET', 'ROAMING', 'CONTENT', 'SECURITY', 'INFORMATION');

-- CreateEnum
CREATE TYPE "Recurrence" AS ENUM ('NONE', 'DAILY', 'MONTHLY');

-- CreateEnum
CREATE TYPE "UsageKind" AS ENUM ('CALL', 'SMS', 'DATA');

-- CreateEnum
CREATE TYPE "UsageUnit" AS ENUM ('SECOND', 'MINUTE', 'MESSAGE', 'MEGABYTE');

-- CreateEnum
CREATE TYPE "LineStatus" AS ENUM ('ACTIVE', 'SUSPENDED');

-- CreateEnum
CREATE TYPE "LedgerKind" AS ENUM ('TOP_UP', 'CALLS', 'MESSAGES', 'DATA', 'SERVICE_FEES', 'TARIFF_FEES', 'OTHER');

-- CreateEnum
CREATE TYPE "ServiceOrderKind" AS ENUM ('ACTIVATE', 'DEACTIVATE');

-- CreateEnum
CREATE TYPE "OrderState" AS ENUM ('ACKNOWLEDGED', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "OrderFailureCode" AS ENUM ('REFUSED_BY_NETWORK', 'NETWORK_UNREACHABLE', 'TIMED_OUT', 'CANCELLED_BY_OPERATOR', 'DELIVERY_FAILED', 'INTERNAL');

-- CreateEnum
CREATE TYPE "Channel" AS ENUM ('SELF_CARE', 'CONSULTANT', 'PARTNER');

-- CreateEnum
CREATE TYPE "Language" AS ENUM ('ru', 'en', 'nl');

-- CreateEnum
CREATE TYPE "EventKind" AS ENUM ('SERVICE_ORDER', 'TARIFF_CHANGE', 'DETAIL_ORDER');

-- CreateEnum
CREATE TYPE "SmsScript" AS ENUM ('CYRILLIC', 'LATIN');

-- CreateEnum
CREATE TYPE "PasswordOrigin" AS ENUM ('SMS', 'CHOSEN');

-- CreateEnum
CREATE TYPE "PasswordStatus" AS ENUM ('PREPARED', 'PENDING', 'STANDING', 'SUPERSEDED', 'RETIRED');

-- CreateTable
CREATE TABLE "services" (
    "code" TEXT NOT NULL,
    "name" JSONB NOT NULL,
    "description" JSONB NOT NULL,
    "category" "ServiceCategory" NOT NULL,
    "connection_fee" BIGINT NOT NULL,
    "recurring_fee" BIGINT NOT NULL,
    "recurrence" "Recurrence" NOT NULL,
    "consultant_fee" BIGINT NOT NULL,
    "support_only" BOOLEAN NOT NULL DEFAULT false,
    "passport_required" BOOLEAN NOT NULL DEFAULT false,
    "ussd_code" TEXT,
    "bans_category" "ServiceCategory",
    "position" INTEGER NOT NULL,

    CONSTRAINT "services_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "service_requirements" (
    "service_code" TEXT NOT NULL,
    "required_code" TEXT NOT NULL,

    CONSTRAINT "service_requirements_pkey" PRIMARY KEY ("service_code","required_code")
);

-- CreateTable
CREATE TABLE "service_exclusions" (
    "service_code" TEXT NOT NULL,
    "other_code" TEXT NOT NULL,

    CONSTRAINT "service_exclusions_pkey" PRIMARY KEY ("service_code","other_code")
);

-- CreateTable
CREATE TABLE "tariffs" (
    "code" TEXT NOT NULL,
    "name" JSONB NOT NULL,
    "description" JSONB NOT NULL,
    "archived" BOOLEAN NOT NULL DEFAULT false,
    "monthly_fee" BIGINT NOT NULL,
    "switch_fee" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "tariffs_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "tariff_allowances" (
    "tariff_code" TEXT NOT NULL,
    "kind" "UsageKind" NOT NULL,
    "amount" INTEGER,
    "unit" "UsageUnit" NOT NULL,

    CONSTRAINT "tariff_allowances_pkey" PRIMARY KEY ("tariff_code","kind")
);

-- CreateTable
CREATE TABLE "tariff_rates" (
    "tariff_code" TEXT NOT NULL,
    "kind" "UsageKind" NOT NULL,
    "price" BIGINT NOT NULL,
    "per_units" INTEGER NOT NULL,
    "unit" "UsageUnit" NOT NULL,

    CONSTRAINT "tariff_rates_pkey" PRIMARY KEY ("tariff_code","kind")
);

-- CreateTable
CREATE TABLE "tariff_services" (
    "tariff_code" TEXT NOT NULL,
    "service_code" TEXT NOT NULL,
    "carried" BOOLEAN NOT NULL DEFAULT true,
    "connection_fee" BIGINT,
    "recurring_fee" BIGINT,

    CONSTRAINT "tariff_services_pkey" PRIMARY KEY ("tariff_code","service_code")
);

-- CreateTable
CREATE TABLE "subscribers" (
    "id" UUID NOT NULL,
    "phone_number" TEXT NOT NULL,
    "full_name" TEXT NOT NULL,
    "status" "LineStatus" NOT NULL DEFAULT 'ACTIVE',
    "time_zone" TEXT NOT NULL,
    "tariff_code" TEXT NOT NULL,
    "balance" BIGINT NOT NULL DEFAULT 0,
    "held" BIGINT NOT NULL DEFAULT 0,
    "last_event_seq" INTEGER NOT NULL DEFAULT 0,
    "activated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "subscribers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_entries" (
    "subscriber_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "amount" BIGINT NOT NULL,
    "kind" "LedgerKind" NOT NULL,
    "service_order_id" UUID,

    CONSTRAINT "ledger_entries_pkey" PRIMARY KEY ("subscriber_id","id")
);

-- CreateTable
CREATE TABLE "subscriber_services" (
    "subscriber_id" UUID NOT NULL,
    "service_code" TEXT NOT NULL,
    "active_since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "subscriber_services_pkey" PRIMARY KEY ("subscriber_id","service_code")
);

-- CreateTable
CREATE TABLE "service_orders" (
    "subscriber_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" "ServiceOrderKind" NOT NULL,
    "state" "OrderState" NOT NULL DEFAULT 'ACKNOWLEDGED',
    "service_code" TEXT NOT NULL,
    "channel" "Channel" NOT NULL,
    "fee" BIGINT NOT NULL,
    "failure_code" "OrderFailureCode",
    "language" "Language" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "estimated_completion_at" TIMESTAMPTZ(3),
    "looks" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "service_orders_pkey" PRIMARY KEY ("subscriber_id","id")
);

-- CreateTable
CREATE TABLE "events" (
    "subscriber_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "kind" "EventKind" NOT NULL,
    "order_id" UUID NOT NULL,
    "state" "OrderState" NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("subscriber_id","seq")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "subscriber_id" UUID NOT NULL,
    "actor" TEXT NOT NULL,
    "mutation" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_digest" TEXT NOT NULL,
    "order_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("subscriber_id","actor","mutation","key")
);

-- CreateTable
CREATE TABLE "used_captchas" (
    "id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_captchas_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sms_password_requests" (
    "phone_number" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "numbered_since" TIMESTAMPTZ(3) NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "script" "SmsScript" NOT NULL,
    "language" "Language" NOT NULL,

    CONSTRAINT "sms_password_requests_pkey" PRIMARY KEY ("phone_number")
);

-- CreateTable
CREATE TABLE "passwords" (
    "subscriber_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "origin" "PasswordOrigin" NOT NULL,
    "status" "PasswordStatus" NOT NULL,
    "hash" TEXT NOT NULL,
    "number" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "first_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "passwords_pkey" PRIMARY KEY ("subscriber_id","id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "subscriber_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "client" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("subscriber_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "subscribers_phone_number_key" ON "subscribers"("phone_number");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_entries_subscriber_id_service_order_id_key" ON "ledger_entries"("subscriber_id", "service_order_id");

-- CreateIndex
CREATE UNIQUE INDEX "service_orders_one_open" ON "service_orders"("subscriber_id", "service_code") WHERE (finished_at IS NULL);

-- CreateIndex
CREATE INDEX "events_subscriber_id_order_id_seq_idx" ON "events"("subscriber_id", "order_id", "seq");

-- CreateIndex
CREATE INDEX "used_captchas_expires_at_idx" ON "used_captchas"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "sms_password_requests_id_key" ON "sms_password_requests"("id");

-- CreateIndex
CREATE UNIQUE INDEX "passwords_one_pending" ON "passwords"("subscriber_id") WHERE (status = 'PENDING');

-- CreateIndex
CREATE UNIQUE INDEX "passwords_one_standing" ON "passwords"("subscriber_id") WHERE (status = 'STANDING');

-- AddForeignKey
ALTER TABLE "service_requirements" ADD CONSTRAINT "service_requirements_service_code_fkey" FOREIGN KEY ("service_code") REFERENCES "services"("code") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service_requirements" ADD CONSTRAINT "service_requirements_required_code_fkey" FOREIGN KEY ("required_code") REFERENCES "services"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service_exclusions" ADD CONSTRAINT "service_exclusions_service_code_fkey" FOREIGN KEY ("service_code") REFERENCES "services"("code") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service_exclusions" ADD CONSTRAINT "service_exclusions_other_code_fkey" FOREIGN KEY ("other_code") REFERENCES "services"("code") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tariff_allowances" ADD CONSTRAINT "tariff_allowances_tariff_code_fkey" FOREIGN KEY ("tariff_code") REFERENCES "tariffs"("code") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tariff_rates" ADD CONSTRAINT "tariff_rates_tariff_code_fkey" FOREIGN KEY ("tariff_code") REFERENCES "tariffs"("code") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tariff_services" ADD CONSTRAINT "tariff_services_tariff_code_fkey" FOREIGN KEY ("tariff_code") REFERENCES "tariffs"("code") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tariff_services" ADD CONSTRAINT "tariff_services_service_code_fkey" FOREIGN KEY ("service_code") REFERENCES "services"("code") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_tariff_code_fkey" FOREIGN KEY ("tariff_code") REFERENCES "tariffs"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscribers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscriber_services" ADD CONSTRAINT "subscriber_services_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscribers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscriber_services" ADD CONSTRAINT "subscriber_services_service_code_fkey" FOREIGN KEY ("service_code") REFERENCES "services"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service_orders" ADD CONSTRAINT "service_orders_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscribers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service_orders" ADD CONSTRAINT "service_orders_service_code_fkey" FOREIGN KEY ("service_code") REFERENCES "services"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscribers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscribers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "passwords" ADD CONSTRAINT "passwords_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscribers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscribers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot say: amounts that may not be negative, and exclusions stored one way round.
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_held_check" CHECK ("held" >= 0);
ALTER TABLE "service_orders" ADD CONSTRAINT "service_orders_fee_check" CHECK ("fee" >= 0);
ALTER TABLE "service_orders" ADD CONSTRAINT "service_orders_finished_check"
  CHECK (("finished_at" IS NOT NULL) = ("state" IN ('COMPLETED', 'FAILED', 'CANCELLED')));
ALTER TABLE "service_orders" ADD CONSTRAINT "service_orders_failure_check"
  CHECK (("failure_code" IS NOT NULL) = ("state" = 'FAILED'));
ALTER TABLE "service_exclusions" ADD CONSTRAINT "service_exclusions_order_check" CHECK ("service_code" < "other_code");
