-- CreateTable
CREATE TABLE "partners" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "scopes" TEXT[],
    "redirect_uris" TEXT[],
    "jwks" JSONB NOT NULL,
    "operations" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "partners_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "partner_grants" (
    "subscriber_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "partner_id" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "partner_grants_pkey" PRIMARY KEY ("subscriber_id","id")
);

-- CreateTable
CREATE TABLE "partner_uses" (
    "subscriber_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "grant_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "operation_name" TEXT NOT NULL,

    CONSTRAINT "partner_uses_pkey" PRIMARY KEY ("subscriber_id","id")
);

-- CreateTable
CREATE TABLE "partner_quotas" (
    "partner_id" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "used" INTEGER NOT NULL,

    CONSTRAINT "partner_quotas_pkey" PRIMARY KEY ("partner_id")
);

-- CreateTable
CREATE TABLE "oauth_states" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "subscriber_id" UUID,
    "grant_id" UUID,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),

    CONSTRAINT "oauth_states_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "partner_grants_partner_id_idx" ON "partner_grants"("partner_id");

-- CreateIndex
CREATE UNIQUE INDEX "partner_grants_one_live" ON "partner_grants"("subscriber_id", "partner_id") WHERE (ended_at IS NULL);

-- CreateIndex
CREATE INDEX "partner_uses_subscriber_id_grant_id_at_idx" ON "partner_uses"("subscriber_id", "grant_id", "at");

-- CreateIndex
CREATE INDEX "partner_uses_at_idx" ON "partner_uses" USING BRIN ("at");

-- CreateIndex
CREATE INDEX "oauth_states_subscriber_id_grant_id_idx" ON "oauth_states"("subscriber_id", "grant_id");

-- CreateIndex
CREATE INDEX "oauth_states_expires_at_idx" ON "oauth_states"("expires_at");

-- AddForeignKey
ALTER TABLE "partner_grants" ADD CONSTRAINT "partner_grants_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscribers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "partner_grants" ADD CONSTRAINT "partner_grants_partner_id_fkey" FOREIGN KEY ("partner_id") REFERENCES "partners"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "partner_uses" ADD CONSTRAINT "partner_uses_subscriber_id_grant_id_fkey" FOREIGN KEY ("subscriber_id", "grant_id") REFERENCES "partner_grants"("subscriber_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
