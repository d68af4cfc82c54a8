import { migrate } from '../adapters/postgres/migrate.ts';
import { createApp, type RunningApp } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { openDatabase } from '../database.ts';

/** The settings as commands have them: they carry out no jobs and bind to no SMSC, which is the workers' to do. */
export const readCommandConfig = (): Config => readConfig({ ...process.env, ROLE: 'http' });

/** Does something with the product on the database of the settings, and leaves it in order whatever becomes of that. */
export async function withApp(config: Config, work: (app: RunningApp) => Promise<void>): Promise<void> {
  const database = await openDatabase(config);
  try {
    await migrate(database.url);
    const app = await createApp({
      config,
      databaseUrl: database.url,
      secretsKeys: database.secretsKeys,
      // Standard output is for what the command has to say
      logTo: process.stderr,
    });
    await work(app).finally(() => app.close());
  } finally {
    await database.stop();
  }
}
