// npm run seed: loads the demo operator into the database of DATABASE_URL, migrating it first.
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { openDatabase } from '../src/database.ts';
import { loadDemo, loadDemoHistory } from './seed.ts';

const config = readConfig(process.env);
const database = await openDatabase(config);
await migrate(database.url);
const app = await createApp({ config, databaseUrl: database.url, secretsKeys: database.secretsKeys });
const loaded = await loadDemo(app);
if (loaded) await loadDemoHistory(app);
process.stdout.write(
  loaded ? 'The demo operator is loaded.\n' : 'There is a catalogue already: nothing was loaded.\n',
);
await app.close();
await database.stop();
