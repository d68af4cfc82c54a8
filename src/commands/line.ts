// npm run line -- sim-changed NUMBER                       the line has another SIM
// npm run line -- new-owner NUMBER "FULL NAME" [PASSPORT]  the line has another owner
import { ownerChanged, simChanged } from '../subscriber/line-changes.ts';
import { PlainError } from '../ports/plain-error.ts';
import { command } from './command.ts';
import { lineOf, phoneNumberIn } from './named-line.ts';
import { readCommandConfig, withApp } from './with-app.ts';

const USAGE =
  'Say what has changed: npm run line -- sim-changed NUMBER, or new-owner NUMBER "FULL NAME" [PASSPORT]';

await command(async () => {
  const config = readCommandConfig();
  const [what, number, fullName = '', passport] = process.argv.slice(2);
  const isKnown = what === 'sim-changed' || (what === 'new-owner' && fullName !== '');
  if (!number || !isKnown) throw new PlainError(USAGE);
  const phoneNumber = phoneNumberIn(config, number);
  await withApp(config, async (app) => {
    const id = await lineOf(app, phoneNumber);
    if (what === 'sim-changed') await simChanged(app, id);
    else await ownerChanged(app, id, { fullName, passport: passport ? { number: passport } : undefined });
    process.stdout.write(`${phoneNumber}: ${what}\n`);
  });
});
