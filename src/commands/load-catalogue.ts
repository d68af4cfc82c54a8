// npm run catalogue:load -- FILE.json: makes the catalogue what the file says.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { catalogueFile, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { readCommandConfig, withApp } from './with-app.ts';

const [path] = process.argv.slice(2);
if (!path) throw new Error('Say which file: npm run catalogue:load -- catalogue.json');
const given = catalogueFile.safeParse(JSON.parse(await readFile(path, 'utf8')));
if (!given.success) throw new Error(`${path} is no catalogue:\n${z.prettifyError(given.error)}`);

await withApp(readCommandConfig(), async (app) => {
  await loadCatalogue(app, given.data);
  process.stdout.write(`${given.data.services.length} services and ${given.data.tariffs.length} tariffs\n`);
});
