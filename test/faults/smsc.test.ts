import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RequestSmsPasswordDocument } from '../../src/generated/operations.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { type Running, startProduct } from '../support/running.ts';
import { Smsc, type Submitted } from '../support/smsc.ts';
import { type Fault, faultCases, spoil } from './faults.ts';
import { aLine, changeTariff, type Line } from './lines.ts';
import { endsOnce, IN_TIME, watchProcess } from './once.ts';

const SLOW_MS = 100;
const PASSWORD = /\b[2-9A-HJ-NP-Z]{8}\b/;
let smsc: Smsc;
let proxy: FaultyProxy;
let product: Running;
const watched = watchProcess();
beforeAll(async () => {
  smsc = await Smsc.start();
  proxy = await FaultyProxy.to(Number(new URL(smsc.url).port));
  const url = Object.assign(new URL(smsc.url), { port: String(proxy.port) });
  product = await startProduct({
    settings: { SMS_URL: url.href, SMS_PER_10_MINUTES: '1000', LOG_LEVEL: 'warn' },
    patience: {
      timings: {
        sms: {
          answerMs: 800,
          // The link that swallows a message is found out by that message, not by the next enquiry
          enquireMs: 600_000,
          patienceMs: 1_000,
          reconnectMs: { first: 50, last: 200 },
        },
      },
    },
  });
});
afterAll(async () => {
  await product.stop();
  await proxy.stop();
  await smsc.stop();
});

const textOf = ({ bytes, dataCoding }: Submitted): string =>
  dataCoding === 8 ? Buffer.from(bytes).swap16().toString('utf16le') : bytes.toString('latin1');

/** What came to that phone's SMSC, passwords and notices apart. */
function arrived({ phoneNumber }: Line): { passwords: string[]; notices: string[] } {
  const texts = smsc.submitted.filter(({ to }) => `+${to}` === phoneNumber).map(textOf);
  return {
    passwords: texts.filter((text) => PASSWORD.test(text)),
    notices: texts.filter((text) => !PASSWORD.test(text)),
  };
}

async function requestPassword({ client, phoneNumber }: Line): Promise<string> {
  const input = { phoneNumber, ...(await client.solveCaptcha()) };
  return (await client.run(RequestSmsPasswordDocument, { input })).requestSmsPassword.__typename;
}

/** How often each message comes: what may have been taken never goes again, so that a silent link loses it. */
const TIMES: Record<Fault, number[]> = {
  refused: [1],
  slow: [1],
  // The answer to one breaks the link, on which the other may be under way
  'reset in mid-answer': [0, 1],
  garbage: [1],
  'black hole': [0, 1],
};

/** Asks until an SMS comes, as a person does: a link that has only just died may swallow one more. */
async function receiveAnother(line: Line): Promise<void> {
  const count = () => arrived(line).passwords.length;
  for (const before = count(); count() === before;) {
    product.clock.advance({ seconds: 61 });
    expect(await requestPassword(line)).toBe('SmsPasswordRequested');
    await vi.waitUntil(() => count() > before, { timeout: 5_000, interval: 20 }).catch(() => {});
  }
}

test.each(faultCases({ upTo: 200 }))(
  'the SMSC, $title: requests are answered at once, no SMS comes twice, and the next password comes',
  { timeout: 120_000 },
  async (each) => {
    const [asking, changing] = [await aLine(product), await aLine(product)];
    const logged = product.log().length;
    spoil(proxy, each, SLOW_MS);
    expect(await requestPassword(asking)).toBe('SmsPasswordRequested');
    await changeTariff.ask(changing);
    await endsOnce(product, changing, changeTariff);
    if (each.fault !== 'slow' && !each.after)
      await vi.waitUntil(() => product.log().slice(logged).includes('the SMSC cannot be had'), IN_TIME);
    proxy.way = 'pass';

    const times = each.after ? [0, 1] : TIMES[each.fault];
    if (!times.includes(0)) {
      await expect.poll(() => arrived(asking).passwords.length, IN_TIME).toBe(1);
      await expect.poll(() => arrived(changing).notices.length, IN_TIME).toBe(1);
    }
    if (each.fault === 'reset in mid-answer' && !each.after) {
      const came = () => arrived(asking).passwords.length + arrived(changing).notices.length;
      await expect.poll(came, IN_TIME).toBeGreaterThan(0);
    }
    await receiveAnother(asking);
    const password = () => PASSWORD.exec(arrived(asking).passwords.at(-1)!)![0];
    const enters = async () => (await asking.client.trySignIn(asking.phoneNumber, password())).__typename;
    await expect.poll(enters, IN_TIME).toBe('SignedIn');

    expect(times).toContain(arrived(changing).notices.length);
    expect(times).toContain(arrived(asking).passwords.length - 1);
    const texts = arrived(asking).passwords;
    expect(new Set(texts).size).toBe(texts.length);
    expect(proxy.open).toBe(1);
    watched.calm();
  },
);
