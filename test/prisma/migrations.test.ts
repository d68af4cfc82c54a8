import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { schemaDiff } from '../../prisma/schema-diff.ts';
import { MIGRATIONS, migrate } from '../../src/adapters/postgres/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const databases: TestDatabase[] = [];
afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.drop()));
});

async function emptyDatabase(): Promise<string> {
  const database = await createTestDatabase({ empty: true });
  databases.push(database);
  return database.url;
}

test('the migrations bring an empty database to what schema.prisma says', async () => {
  const url = await emptyDatabase();
  await migrate(url);
  expect(await schemaDiff(url)).toBe('');
  const client = new pg.Client(url);
  await client.connect();
  await client.query('DROP INDEX service_orders_one_open');
  await client.end();
  expect(await schemaDiff(url)).toContain('service_orders_one_open');
});

test('processes that start together apply each migration once, and a second time applies none', async () => {
  const url = await emptyDatabase();
  const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  expect(await migrate(url)).toEqual([]);
});

test('a migration edited after it was applied is refused, and one that fails leaves nothing behind', async () => {
  const url = await emptyDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'internet-assistant-migrations-'));
  await cp(MIGRATIONS, dir, { recursive: true });
  const [first] = await migrate(url, dir);
  await writeFile(join(dir, first!, 'migration.sql'), 'SELECT 1');
  await expect(migrate(url, dir)).rejects.toThrow(`${first} was edited`);

  const other = await emptyDatabase();
  await writeFile(join(dir, first!, 'migration.sql'), 'CREATE TABLE half (id int); SELECT nonsense');
  await expect(migrate(other, dir)).rejects.toThrow(`${first} failed`);
  await rm(dir, { recursive: true });
  await migrate(other);
  expect(await schemaDiff(other)).toBe('');
});
