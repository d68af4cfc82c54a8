// npm run line -- sim-changed NUMBER                       the line has another SIM
// npm run line -- new-owner NUMBER "FULL NAME" [PASSPORT]  the line has another owner
import { createApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../database.ts';
import { parsePhoneNumber } from '../phone-number.ts';
import { ownerChanged, simChanged } from '../subscriber/line-changes.ts';

const config = readConfig(process.env);
const [what, number = '', fullName = '', passport] = process.argv.slice(2);
const phoneNumber = parsePhoneNumber(number, config.COUNTRY);
const isKnown = what === 'sim-changed' || (what === 'new-owner' && fullName !== '');
if (!phoneNumber || !isKnown)
  throw new Error(
    'Say what has changed: npm run line -- sim-changed NUMBER, or new-owner NUMBER "FULL NAME" [PASSPORT]',
  );

const database = await openDatabase(config);
const app = await createApp({ config, databaseUrl: database.url, secretsKeys: database.secretsKeys });
const line = await app.db.subscriber.findUnique({ where: { phoneNumber }, select: { id: true } });
if (!line) throw new Error(`${phoneNumber} is nobody's`);
if (what === 'sim-changed') await simChanged(app, line.id);
else await ownerChanged(app, line.id, { fullName, passport: passport ? { number: passport } : undefined });
process.stdout.write(`${phoneNumber}: ${what}\n`);
await app.close();
await database.stop();
