// Brings the database of DATABASE_URL to the newest migration: npm run migrate. Each start does that, too; by itself it is
// for deployments that want it done, and seen to have been done, before any process is replaced.
import { migrate } from '../adapters/postgres/migrate.ts';
import { readConfig } from '../config.ts';
import { PlainError } from '../ports/plain-error.ts';
import { command } from './command.ts';

await command(async () => {
  const { DATABASE_URL } = readConfig(process.env);
  if (!DATABASE_URL)
    throw new PlainError(
      'Say by DATABASE_URL which database to bring up to date; a start brings its own up to date by itself',
    );
  const applied = await migrate(DATABASE_URL);
  process.stdout.write(applied.length ? `${applied.join('\n')}\n` : 'The database is up to date.\n');
});
