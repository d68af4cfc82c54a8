// npm run top-ups:load -- FILE.csv: books the payments of a file, on the database of the settings.
import { loadTopUps } from '../ledger/load-top-ups.ts';
import { PlainError } from '../ports/plain-error.ts';
import { command } from './command.ts';
import { reportLoad } from './report-load.ts';
import { readCommandConfig, withApp } from './with-app.ts';

await command(async () => {
  const [path] = process.argv.slice(2);
  if (!path) throw new PlainError('Say which file: npm run top-ups:load -- payments.csv');
  await withApp(readCommandConfig(), async (app) => {
    const { booked, leftOut } = await loadTopUps(app, path, reportLoad());
    process.stdout.write(`${booked} payments booked, ${leftOut} left out\n`);
  });
});
