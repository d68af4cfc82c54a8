import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { RequestSmsPasswordDocument } from '../../src/generated/operations.ts';
import type { Sms, SmsMessage, SmsOutcome } from '../../src/ports/sms.ts';
import { requestSmsPassword } from '../../src/sign-in/request-sms-password.ts';
import { sendSmsPasswordHandler } from '../../src/sign-in/send-sms-password.ts';
import { StandingClock } from '../support/clock.ts';
import { newLine } from '../support/lines.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({
    clock: new StandingClock(),
    // How often an SMS may be had is another file's matter
    settings: { SMS_PER_10_MINUTES: '1000', SMS_PER_DAY: '1000', TRUST_PROXY: '1' },
  });
});
afterAll(() => product.stop());

/** The line of this test. */
let line: { id: string; phoneNumber: string };
beforeEach(async () => {
  line = await newLine(product.app.db);
});

const signIn = (password: string, address?: string) => {
  const client = product.client('en');
  client.address = address;
  return client.trySignIn(line.phoneNumber, password);
};
const answer = async (password: string) => (await signIn(password)).__typename as string;
const statuses = async () =>
  (await product.app.db.password.findMany({ where: { subscriberId: line.id }, orderBy: { number: 'asc' } }))
    .map(({ status }) => status)
    .join(' ');
const liveSessions = () => product.app.db.session.count({ where: { subscriberId: line.id, endedAt: null } });

/** A new SMS password, a minute after the last one, that the SMSC has taken. */
async function receive(): Promise<string> {
  product.clock.advance({ seconds: 61 });
  const { password } = await product.client().receivePassword(line.phoneNumber);
  const prepared = { subscriberId: line.id, status: 'PREPARED' as const };
  await expect.poll(() => product.app.db.password.count({ where: prepared })).toBe(0);
  return password;
}
/** Asks for one without waiting for what comes of it. */
async function request(): Promise<void> {
  product.clock.advance({ seconds: 61 });
  const client = product.client();
  const input = { phoneNumber: line.phoneNumber, ...(await client.solveCaptcha()) };
  const asked = await client.run(RequestSmsPasswordDocument, { input });
  expect(asked.requestSmsPassword.__typename).toBe('SmsPasswordRequested');
}
/** The same, with an SMS that arrives while the SMSC's word on it is lost. */
async function receiveUnconfirmed(): Promise<string> {
  const { sms } = product.app.devTools;
  const send = sms.send.bind(sms);
  const lost = vi.spyOn(sms, 'send').mockImplementation(async (message) => {
    await send(message);
    return { outcome: 'UNKNOWN' };
  });
  product.clock.advance({ seconds: 61 });
  const { password } = await product.client().receivePassword(line.phoneNumber);
  lost.mockRestore();
  return password;
}
const superseded = (typedNumber: number, currentNumber: number) => ({
  __typename: 'SmsPasswordSuperseded',
  typedNumber,
  currentNumber,
});

describe('the life of an SMS password: its first-use time', () => {
  test('just before its end it leads in', async () => {
    const password = await receive();
    product.clock.advance({ minutes: 9, seconds: 59 });
    expect(await answer(password)).toBe('SignedIn');
  });

  test('at its end, and just after, it has expired', async () => {
    const password = await receive();
    product.clock.advance({ minutes: 10 });
    expect(await signIn(password)).toMatchObject({
      __typename: 'SmsPasswordExpired',
      code: 'SMS_PASSWORD_EXPIRED',
    });
    product.clock.advance({ seconds: 1 });
    expect(await answer(password)).toBe('SmsPasswordExpired');
    expect(await liveSessions()).toBe(0);
  });

  test('begins when the SMSC accepts the SMS, however long that took', async () => {
    const { sms } = product.app.devTools;
    const send = sms.send.bind(sms);
    const accepted = Promise.withResolvers<void>();
    const slow = vi.spyOn(sms, 'send').mockImplementation(async (message) => {
      const outcome = await send(message);
      await accepted.promise;
      return outcome;
    });
    product.clock.advance({ seconds: 61 });
    const { password } = await product.client().receivePassword(line.phoneNumber);
    product.clock.advance({ minutes: 5 });
    accepted.resolve();
    await expect.poll(statuses).toBe('PENDING');
    slow.mockRestore();
    product.clock.advance({ minutes: 9, seconds: 59 });
    expect(await answer(password)).toBe('SignedIn');
  });

  test('one that has just expired, used by 20 at once from 20 addresses, lets nobody in', async () => {
    const password = await receive();
    product.clock.advance({ minutes: 10 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => signIn(password, `203.0.113.${i}`)),
    );
    expect(new Set(answers.map(({ __typename: kind }) => kind))).toEqual(new Set(['SmsPasswordExpired']));
    expect(await liveSessions()).toBe(0);
    expect(await statuses()).toBe('PENDING');
    // Each was a try
    expect(await answer(password)).toBe('SignInLocked');
  });
});

describe('the life of an SMS password: once it was used', () => {
  test('it stands until it is replaced, long after its first-use time', async () => {
    const password = await receive();
    expect(await signIn(password)).toMatchObject({ __typename: 'SignedIn', passwordChangeAdvised: true });
    for (const later of [{ minutes: 11 }, { hours: 25 }, { days: 80 }]) {
      product.clock.advance(later);
      expect(await signIn(password)).toMatchObject({ __typename: 'SignedIn', passwordChangeAdvised: true });
    }
  });

  test('one SMS password first used by 20 at once: one first use, no error, one set of sessions', async () => {
    await answer(await receive());
    const fresh = await receive();
    const answers = await Promise.all(Array.from({ length: 20 }, () => answer(fresh)));
    expect(new Set(answers)).toEqual(new Set(['SignedIn']));
    expect(await liveSessions()).toBe(20);
    expect(await statuses()).toBe('RETIRED STANDING');
  });
});

describe('the life of an SMS password: a newer one', () => {
  test('suspends the old one, and retires it when it is first used', async () => {
    const old = await receive();
    expect(await answer(old)).toBe('SignedIn');
    const fresh = await receive();
    expect(await signIn(old)).toMatchObject(superseded(1, 2));
    expect(await liveSessions()).toBe(1);
    expect(await answer(fresh)).toBe('SignedIn');
    expect(await signIn(old)).toMatchObject(superseded(1, 2));
    expect(await liveSessions()).toBe(1);
    expect(await statuses()).toBe('RETIRED STANDING');
  });

  test('that lapses unused lets the old one stand again, to the second', async () => {
    const old = await receive();
    expect(await answer(old)).toBe('SignedIn');
    const fresh = await receive();
    product.clock.advance({ minutes: 9, seconds: 59 });
    expect(await signIn(old)).toMatchObject(superseded(1, 2));
    product.clock.advance({ seconds: 1 });
    expect(await answer(fresh)).toBe('SmsPasswordExpired');
    expect(await answer(old)).toBe('SignedIn');
    expect(await answer(fresh)).toBe('SmsPasswordExpired');
  });

  test('takes the place of one that still waits, and that is said with both numbers', async () => {
    const [first, second] = [await receive(), await receive()];
    expect(await signIn(first)).toMatchObject({
      ...superseded(1, 2),
      message: 'This is password № 1, but № 2 is the valid one. Type the one from the latest SMS.',
    });
    expect(await answer(second)).toBe('SignedIn');
  });

  test('that has lapsed is not named as the valid one: all before it have expired, too', async () => {
    const standing = await receive();
    expect(await answer(standing)).toBe('SignedIn');
    const [second, third] = [await receive(), await receive()];
    expect(await signIn(second)).toMatchObject(superseded(2, 3));
    product.clock.advance({ minutes: 10 });
    for (const lapsed of [second, third]) expect(await answer(lapsed)).toBe('SmsPasswordExpired');
    expect(await answer(standing)).toBe('SignedIn');
  });

  test('still names the standing one as replaced when others came between', async () => {
    const standing = await receive();
    expect(await answer(standing)).toBe('SignedIn');
    for (let i = 0; i < 3; i++) await receive();
    expect(await signIn(standing)).toMatchObject(superseded(1, 4));
  });

  test('is not overtaken by an older one whose acceptance never reached us', async () => {
    const unconfirmed = await receiveUnconfirmed();
    const newer = await receive();
    expect(await signIn(unconfirmed)).toMatchObject(superseded(1, 2));
    expect(await answer(newer)).toBe('SignedIn');
    expect(await signIn(unconfirmed)).toMatchObject(superseded(1, 2));
    expect(await liveSessions()).toBe(1);
  });

  test('that came unconfirmed and was used is not overtaken by an older unconfirmed one', async () => {
    const [older, newer] = [await receiveUnconfirmed(), await receiveUnconfirmed()];
    expect(await answer(newer)).toBe('SignedIn');
    expect(await signIn(older)).toMatchObject(superseded(1, 2));
  });
});

describe('the life of an SMS password: the SMSC', () => {
  const refused: SmsOutcome = { outcome: 'REFUSED', reason: 'the SMSC is down' };

  test('refuses the new one: the old one works as before', async () => {
    const old = await receive();
    expect(await answer(old)).toBe('SignedIn');
    const failing = vi.spyOn(product.app.devTools.sms, 'send').mockResolvedValue(refused);
    await request();
    await expect.poll(() => failing.mock.calls.length).toBeGreaterThan(0);
    expect(await answer(old)).toBe('SignedIn');
    await expect.poll(statuses).toBe('STANDING');
    failing.mockRestore();
  });

  test('has not said a word yet when the SMS is read: its reader is let in', async () => {
    const password = await receiveUnconfirmed();
    expect(await statuses()).toBe('PREPARED');
    expect(await answer(password)).toBe('SignedIn');
    product.clock.advance({ minutes: 11 });
    expect(await answer(password)).toBe('SignedIn');
  });

  test('never said a word: the password expires all the same', async () => {
    const password = await receiveUnconfirmed();
    product.clock.advance({ minutes: 10 });
    expect(await answer(password)).toBe('SmsPasswordExpired');
  });
});

describe('the life of an SMS password: in the wrong place', () => {
  test('typed for another number it is a wrong one there, and stays good for its own', async () => {
    const mine = line;
    const password = await receive();
    line = await newLine(product.app.db);
    await answer(await receive());
    expect(await signIn(password)).toMatchObject({ __typename: 'InvalidCredentials', attemptsLeft: 4 });
    line = mine;
    expect(await answer(password)).toBe('SignedIn');
  });

  test('a number whose tries are used up is opened by it, also where the worker’s clock is behind', async () => {
    for (let i = 0; i < 20; i++) await signIn('WRONGPAS', `203.0.113.${i}`);
    expect(await answer('WRONGPAS')).toBe('SignInLocked');
    // The job is carried out by hand, with a clock of its own
    const jobs = { enqueue: async () => {} };
    const asked = {
      ...(await product.client().solveCaptcha()),
      deviceToken: undefined,
      address: '203.0.113.99',
    };
    const how = { phoneNumber: line.phoneNumber, script: 'LATIN', language: 'en' } as const;
    await requestSmsPassword({ ...product.app, jobs }, { ...asked, ...how });
    const { id } = await product.app.db.smsPasswordRequest.findUniqueOrThrow({
      where: { phoneNumber: line.phoneNumber },
    });
    const texts: string[] = [];
    const sms = {
      send: async ({ text }: SmsMessage) => (texts.push(text), { outcome: 'ACCEPTED', ids: ['id'] }),
    };
    const clock = { now: () => new Date(product.clock.now().getTime() - 3_000) };
    const worker = { ...product.app, clock, sms: sms as unknown as Sms };
    await sendSmsPasswordHandler(worker).run({ requestId: id });
    expect(await answer(/[2-9A-HJ-NP-Z]{8}/.exec(texts[0]!)![0])).toBe('SignedIn');
  });
});

describe('the life of an SMS password: a restart in between', () => {
  test('request, restart, first use', async () => {
    const password = await receive();
    product = await product.restart();
    expect(await answer(password)).toBe('SignedIn');
  });

  test('first use, restart, used again', async () => {
    const password = await receive();
    expect(await answer(password)).toBe('SignedIn');
    product = await product.restart();
    product.clock.advance({ hours: 1 });
    expect(await answer(password)).toBe('SignedIn');
  });

  test('request, restart before the SMSC has taken it: the next process hands it over', async () => {
    const failing = vi
      .spyOn(product.app.devTools.sms, 'send')
      .mockResolvedValue({ outcome: 'REFUSED', reason: 'the SMSC is down' });
    await request();
    await expect.poll(() => failing.mock.calls.length).toBeGreaterThan(0);
    expect(await statuses()).not.toContain('PENDING');
    product = await product.restart();
    await expect.poll(statuses).toBe('PENDING');
    const [sms] = await product.client().smsTo(line.phoneNumber);
    expect(await answer(/[2-9A-HJ-NP-Z]{8}/.exec(sms!.text)![0])).toBe('SignedIn');
  });

  test('a new one waits, restart: the old one is suspended still, and stands again when the new one lapses', async () => {
    const old = await receive();
    expect(await answer(old)).toBe('SignedIn');
    const fresh = await receive();
    product = await product.restart();
    expect(await signIn(old)).toMatchObject(superseded(1, 2));
    product.clock.advance({ minutes: 10 });
    product = await product.restart();
    expect(await answer(fresh)).toBe('SmsPasswordExpired');
    expect(await answer(old)).toBe('SignedIn');
  });
});
