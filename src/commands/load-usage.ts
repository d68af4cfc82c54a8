// npm run usage:load -- FILE.csv [COMPLETE_THROUGH]: loads usage records into the database of the settings.
import { PlainError } from '../ports/plain-error.ts';
import { loadUsage } from '../usage/load-usage.ts';
import { command } from './command.ts';
import { reportLoad } from './report-load.ts';
import { readCommandConfig, withApp } from './with-app.ts';

await command(async () => {
  const [path, through] = process.argv.slice(2);
  const completeThrough = through === undefined ? undefined : new Date(through);
  if (!path || Number.isNaN(completeThrough?.getTime()))
    throw new PlainError(
      'Say which file: npm run usage:load -- usage.csv [2026-11-24T00:00:00Z, until when it is complete]',
    );
  await withApp(readCommandConfig(), async (app) => {
    const { loaded, leftOut, before } = await loadUsage(app, path, reportLoad(), completeThrough);
    process.stdout.write(`${loaded} records loaded, ${leftOut} lines left out, ${before} seen to before\n`);
  });
});
