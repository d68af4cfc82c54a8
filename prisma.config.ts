import { defineConfig } from 'prisma/config';

// Generating the client needs no schema engine, yet the CLI would download one before anything else.
// Migrations have a tool of their own (`npm run migration`), so the binary is never missed.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
