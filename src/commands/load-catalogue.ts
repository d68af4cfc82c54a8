// npm run catalogue:load -- FILE.json: makes the catalogue what the file says.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { createApp } from '../app.ts';
import { catalogueFile, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../database.ts';

const [path] = process.argv.slice(2);
if (!path) throw new Error('Say which file: npm run catalogue:load -- catalogue.json');
const given = catalogueFile.safeParse(JSON.parse(await readFile(path, 'utf8')));
if (!given.success) throw new Error(`${path} is no catalogue:\n${z.prettifyError(given.error)}`);

const config = readConfig(process.env);
const database = await openDatabase(config);
const app = await createApp({ config, databaseUrl: database.url, secretsKeys: database.secretsKeys });
await loadCatalogue(app, given.data);
process.stdout.write(`${given.data.services.length} services and ${given.data.tariffs.length} tariffs\n`);
await app.close();
await database.stop();
