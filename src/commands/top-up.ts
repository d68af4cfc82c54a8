// npm run top-up -- +79160000003 100.00 PAYMENT-1: books a payment, or (-100.00) takes one back, on the database of the settings.
import { topUp } from '../ledger/top-up.ts';
import { parseDecimal } from '../money.ts';
import { PlainError } from '../ports/plain-error.ts';
import { command } from './command.ts';
import { lineOf, phoneNumberIn } from './named-line.ts';
import { readCommandConfig, withApp } from './with-app.ts';

await command(async () => {
  const config = readCommandConfig();
  const [number, decimal, reference] = process.argv.slice(2);
  if (!number || !decimal || !reference)
    throw new PlainError(
      'Say to whom, how much, and for which payment: npm run top-up -- +79160000003 100.00 PAYMENT-1',
    );
  const phoneNumber = phoneNumberIn(config, number);
  const amount = parseDecimal(decimal, config.CURRENCY);
  if (!amount) throw new PlainError(`${decimal} is no amount of ${config.CURRENCY} to book`);
  await withApp(config, async (app) => {
    const booked = await topUp(app, { subscriberId: await lineOf(app, phoneNumber), amount, reference });
    process.stdout.write(
      booked ? `${decimal} ${config.CURRENCY} booked\n` : 'This payment was booked before\n',
    );
  });
});
