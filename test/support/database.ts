import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { loadDemo, loadDemoHistory } from '../../prisma/seed.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { createApp } from '../../src/app.ts';
import { testConfig } from './config.ts';

export interface TestServer {
  /** A database from which others can be made. */
  adminUrl: string;
  template: string;
}

const databaseUrl = (adminUrl: string, name: string): string => {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
};

async function asAdmin(adminUrl: string, sql: string): Promise<void> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A migrated database with the demo operator, to be copied. */
export async function makeTemplate(adminUrl: string, name: string): Promise<void> {
  await asAdmin(adminUrl, `CREATE DATABASE ${name}`);
  const url = databaseUrl(adminUrl, name);
  await migrate(url);
  const config = testConfig();
  const app = await createApp({ config, databaseUrl: url, secretsKeys: ['t'.repeat(32)] });
  await loadDemo(app);
  await loadDemoHistory(app, { heavy: false });
  await app.close();
  await rm(config.DATA_DIR, { recursive: true, force: true });
}

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of one's own, as the demo operator's first day left it; `empty`: nothing in it at all. */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const { adminUrl, template } = inject('testServer');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${empty ? 'template0' : template}`);
  return {
    url: databaseUrl(adminUrl, name),
    drop: () => asAdmin(adminUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}
