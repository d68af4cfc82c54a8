// npm run catalogue:load -- FILE.json: makes the catalogue what the file says.
import { z } from 'zod';
import { catalogueFile, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { PlainError } from '../ports/plain-error.ts';
import { command } from './command.ts';
import { readJson } from './read-json.ts';
import { readCommandConfig, withApp } from './with-app.ts';

await command(async () => {
  const [path] = process.argv.slice(2);
  if (!path) throw new PlainError('Say which file: npm run catalogue:load -- catalogue.json');
  const given = catalogueFile.safeParse(await readJson(path));
  if (!given.success) throw new PlainError(`${path} is no catalogue:\n${z.prettifyError(given.error)}`);
  await withApp(readCommandConfig(), async (app) => {
    await loadCatalogue(app, given.data);
    process.stdout.write(`${given.data.services.length} services and ${given.data.tariffs.length} tariffs\n`);
  });
});
