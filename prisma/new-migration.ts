// npm run migration -- add_something: writes the next migration from what schema.prisma says beyond the last one.
// Read it before it is committed: checks and renames are for a person to write.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDatabase } from '../src/adapters/postgres/embedded.ts';
import { MIGRATIONS, migrate } from '../src/adapters/postgres/migrate.ts';
import { startThrowAway } from '../src/adapters/postgres/throw-away.ts';
import { schemaDiff } from './schema-diff.ts';

const [name] = process.argv.slice(2);
if (!name || !/^[a-z0-9_]+$/.test(name))
  throw new Error('Give the migration a name: npm run migration -- add_something');

const server = await startThrowAway();
try {
  await ensureDatabase(server, 'draft');
  await migrate(server.url('draft'));
  const sql = await schemaDiff(server.url('draft'));
  if (sql) {
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const folder = join(MIGRATIONS, `${stamp}_${name}`);
    await mkdir(folder);
    await writeFile(join(folder, 'migration.sql'), sql);
    process.stdout.write(`${folder}\n`);
  } else process.stdout.write('schema.prisma says nothing new\n');
} finally {
  await server.stop();
}
