// npm run lines:load -- FILE.csv: loads subscribers' lines into the database of the settings.
import { PlainError } from '../ports/plain-error.ts';
import { loadLines } from '../subscriber/load-lines.ts';
import { command } from './command.ts';
import { reportLine } from './report-line.ts';
import { readCommandConfig, withApp } from './with-app.ts';

await command(async () => {
  const [path] = process.argv.slice(2);
  if (!path) throw new PlainError('Say which file: npm run lines:load -- lines.csv');
  await withApp(readCommandConfig(), async (app) => {
    const { loaded, leftOut } = await loadLines(app, path, reportLine);
    process.stdout.write(`${loaded} lines loaded, ${leftOut} left out\n`);
  });
});
