// npm run lines:load -- FILE.csv [FEES_THROUGH]: loads subscribers' lines into the database of the settings.
import { parseDay } from '../calendar.ts';
import { PlainError } from '../ports/plain-error.ts';
import { loadLines } from '../subscriber/load-lines.ts';
import { command } from './command.ts';
import { reportLoad } from './report-load.ts';
import { readCommandConfig, withApp } from './with-app.ts';

await command(async () => {
  const [path, through] = process.argv.slice(2);
  const feesThrough = through === undefined ? undefined : parseDay(through);
  if (!path || (through !== undefined && !feesThrough))
    throw new PlainError(
      'Say which file: npm run lines:load -- lines.csv [2026-11-30, the last day that fees have been paid for]',
    );
  await withApp(readCommandConfig(), async (app) => {
    const { loaded, leftOut } = await loadLines(app, path, reportLoad(), feesThrough);
    process.stdout.write(`${loaded} lines loaded, ${leftOut} left out\n`);
  });
});
