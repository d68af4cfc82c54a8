// npm run seed: loads the demo operator into the database of DATABASE_URL, migrating it first.
import { command } from '../src/commands/command.ts';
import { readCommandConfig, withApp } from '../src/commands/with-app.ts';
import { loadDemo, loadDemoHistory } from './seed.ts';

await command(() =>
  withApp(readCommandConfig(), async (app) => {
    const loaded = await loadDemo(app);
    if (loaded) await loadDemoHistory(app);
    process.stdout.write(
      loaded ? 'The demo operator is loaded.\n' : 'There is a catalogue already: nothing was loaded.\n',
    );
  }),
);
