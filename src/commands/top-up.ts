// npm run top-up -- +79160000003 100.00 PAYMENT-1: books a payment, on the database of the settings.
import { readCommandConfig, withApp } from './with-app.ts';
import { parseDecimal } from '../money.ts';
import { parsePhoneNumber } from '../phone-number.ts';
import { topUp } from '../ledger/top-up.ts';

const config = readCommandConfig();
const [number = '', decimal = '', reference = ''] = process.argv.slice(2);
const phoneNumber = parsePhoneNumber(number, config.COUNTRY);
const amount = parseDecimal(decimal, config.CURRENCY);
if (!phoneNumber || !amount || amount <= 0n || !reference)
  throw new Error(
    'Say to whom, how much, and for which payment: npm run top-up -- +79160000003 100.00 PAYMENT-1',
  );

await withApp(config, async (app) => {
  const line = await app.db.subscriber.findUnique({ where: { phoneNumber }, select: { id: true } });
  if (!line) throw new Error(`${phoneNumber} is nobody's`);
  const booked = await topUp(app, { subscriberId: line.id, amount, reference });
  process.stdout.write(
    booked ? `${decimal} ${config.CURRENCY} booked\n` : 'This payment was booked before\n',
  );
});
