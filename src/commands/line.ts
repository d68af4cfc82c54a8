// npm run line -- sim-changed NUMBER                       the line has another SIM
// npm run line -- new-owner NUMBER "FULL NAME" [PASSPORT]  the line has another owner
import { readCommandConfig, withApp } from './with-app.ts';
import { parsePhoneNumber } from '../phone-number.ts';
import { ownerChanged, simChanged } from '../subscriber/line-changes.ts';

const config = readCommandConfig();
const [what, number = '', fullName = '', passport] = process.argv.slice(2);
const phoneNumber = parsePhoneNumber(number, config.COUNTRY);
const isKnown = what === 'sim-changed' || (what === 'new-owner' && fullName !== '');
if (!phoneNumber || !isKnown)
  throw new Error(
    'Say what has changed: npm run line -- sim-changed NUMBER, or new-owner NUMBER "FULL NAME" [PASSPORT]',
  );

await withApp(config, async (app) => {
  const line = await app.db.subscriber.findUnique({ where: { phoneNumber }, select: { id: true } });
  if (!line) throw new Error(`${phoneNumber} is nobody's`);
  if (what === 'sim-changed') await simChanged(app, line.id);
  else await ownerChanged(app, line.id, { fullName, passport: passport ? { number: passport } : undefined });
  process.stdout.write(`${phoneNumber}: ${what}\n`);
});
