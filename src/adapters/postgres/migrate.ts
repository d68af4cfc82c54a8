import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { PlainError } from '../../ports/plain-error.ts';

export const MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));
/** The advisory lock that Prisma's own migrate takes: the two never run at once. */
const LOCK = 72_707_369;
/** As Prisma's own migrate makes it, so that `prisma migrate status` understands the database. */
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,
  migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;

/**
 * Brings the database to the newest migration and returns the names of those applied. Each migration is one
 * transaction; processes that start together wait for one another.
 * @throws when an applied migration's file was edited since
 */
export async function migrate(url: string, dir = MIGRATIONS): Promise<string[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(TABLE);
    const { rows } = await client.query(
      'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL',
    );
    const applied = new Map(rows.map((row) => [row.migration_name as string, row.checksum as string]));
    const fresh: string[] = [];
    for (const name of await migrationNames(dir))
      if (await apply(client, dir, name, applied.get(name))) fresh.push(name);
    return fresh;
  } finally {
    await client.end();
  }
}

const migrationNames = async (dir: string): Promise<string[]> =>
  (await readdir(dir, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();

async function apply(
  client: pg.Client,
  dir: string,
  name: string,
  known: string | undefined,
): Promise<boolean> {
  const sql = await readFile(join(dir, name, 'migration.sql'), 'utf8');
  const checksum = createHash('sha256').update(sql).digest('hex');
  if (known === checksum) return false;
  if (known)
    throw new PlainError(`Migration ${name} was edited after it was applied here: write a new one instead`);
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK');
    throw new PlainError(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}
