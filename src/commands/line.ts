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
  npm run line -- resumed NUMBER                           it is in use again, as soon as its fees can be paid
  npm run line -- signed-out NUMBER                        its phone was stolen: passwords, sessions, links and partners' leave end`;

/** Does it, and says where it is not quite done. */
type Change = (app: RunningApp, id: string) => Promise<string | void>;

const OF_NOTHING_MORE = new Map<string, Change>([
  ['sim-changed', simChanged],
  ['suspended', lineSuspended],
  [
    'resumed',
    async (app, id) =>
      (await lineResumed(app, id)) ? undefined : 'stays suspended until its fees can be paid',
  ],
  ['signed-out', signedOutEverywhere],
]);

const passportOf = (words: readonly string[]) => (words.length ? { number: words.join(' ') } : undefined);

/** What is to be done, told before any database is opened; undefined: that is not said. @throws PlainError */
function asked(config: Config, [what, , given, ...more]: readonly string[]): Change | undefined {
  if (!given) return what === undefined ? undefined : OF_NOTHING_MORE.get(what);
  if (what === 'new-owner')
    return (app, id) => ownerChanged(app, id, { fullName: given, passport: passportOf(more) });
  if (what === 'passport')
    return (app, id) => ownerCorrected(app, id, { passport: { number: [given, ...more].join(' ') } });
  // A name without its quotation marks
  if (more.length) return undefined;
  if (what === 'owner-name') return (app, id) => ownerCorrected(app, id, { fullName: given });
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
    const but = await change(app, await lineOf(app, phoneNumber));
    process.stdout.write(`${phoneNumber}: ${but ?? what}\n`);
  });
});
