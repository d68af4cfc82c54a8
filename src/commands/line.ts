// npm run line -- CHANGE NUMBER …: tells of what has changed about a line; USAGE lists the changes.
import type { RunningApp } from '../app.ts';
import type { Config } from '../config.ts';
import { PlainError } from '../ports/plain-error.ts';
import {
  lineResumed,
  lineSuspended,
  numberChanged,
  ownerChanged,
  ownerCorrected,
  signedOutEverywhere,
  simChanged,
} from '../subscriber/line-changes.ts';
import { command } from './command.ts';
import { lineOf, phoneNumberIn } from './named-line.ts';
import { readCommandConfig, withApp } from './with-app.ts';

const USAGE = `Say what has changed:
  npm run line -- sim-changed NUMBER                       the line has another SIM
  npm run line -- new-owner NUMBER "FULL NAME" [PASSPORT]  it has another owner, who sees nothing of the former one
  npm run line -- owner-name NUMBER "FULL NAME"            the owner's name was written down wrongly
  npm run line -- passport NUMBER PASSPORT                 the owner has another passport
  npm run line -- new-number NUMBER NUMBER                 it has another number
  npm run line -- suspended NUMBER                         it is out of use, whatever is paid
  npm run line -- resumed NUMBER                           it is in use again
  npm run line -- signed-out NUMBER                        its phone was stolen: all sessions and links end`;

type Change = (app: RunningApp, id: string) => Promise<void>;

const passportOf = (number: string | undefined) => (number ? { number } : undefined);

/** What is to be done, told before any database is opened; undefined: that is not said. @throws PlainError */
function asked(config: Config, [what, , given, more]: readonly string[]): Change | undefined {
  if (what === 'sim-changed') return simChanged;
  if (what === 'suspended') return lineSuspended;
  if (what === 'resumed') return lineResumed;
  if (what === 'signed-out') return signedOutEverywhere;
  if (!given) return undefined;
  if (what === 'new-owner')
    return (app, id) => ownerChanged(app, id, { fullName: given, passport: passportOf(more) });
  if (what === 'owner-name') return (app, id) => ownerCorrected(app, id, { fullName: given });
  if (what === 'passport') return (app, id) => ownerCorrected(app, id, { passport: { number: given } });
  if (what !== 'new-number') return undefined;
  const phoneNumber = phoneNumberIn(config, given);
  return (app, id) => numberChanged(app, id, phoneNumber);
}

await command(async () => {
  const config = readCommandConfig();
  const words = process.argv.slice(2);
  const [what, number] = words;
  const change = asked(config, words);
  if (!number || !change) throw new PlainError(USAGE);
  const phoneNumber = phoneNumberIn(config, number);
  await withApp(config, async (app) => {
    await change(app, await lineOf(app, phoneNumber));
    process.stdout.write(`${phoneNumber}: ${what}\n`);
  });
});
