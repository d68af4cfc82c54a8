import fc from 'fast-check';
import { expect } from 'vitest';
import type { SmsOutcome } from '../../../src/ports/sms.ts';
import type { Expected, ModelLine, ModelSession } from './line.ts';
import type { Actual, RealLine } from './real-line.ts';

type Step = fc.AsyncCommand<ModelLine, RealLine>;

/** What came of the steps so far, so that a run can say what it has met. */
export const met = new Map<string, number>();
const meet = (what: string) => met.set(what, (met.get(what) ?? 0) + 1);

const ADDRESSES = ['198.51.100.1', '203.0.113.2', '2001:db8::3'];
const MOMENTS = ['retryAt', 'resendAvailableAt'];

/** A step: what both sides make of it is compared, and then what there is left of sessions and passwords. */
const step = (
  name: string,
  check: (model: ModelLine) => boolean,
  both: (model: ModelLine, real: RealLine) => Promise<void>,
): Step => ({
  check,
  run: async (model, real) => {
    await both(model, real);
    const live = model.sessions.flatMap((session, i) =>
      model.isLive(session) ? [real.sessions[i]!.id] : [],
    );
    expect(new Set(await real.liveSessions())).toEqual(new Set(live));
    const standing = model.passwords.filter(({ fate }) => fate === 'standing').length;
    expect(await real.standingPasswords()).toBe(standing);
  },
  toString: () => name,
});

function agree(what: string, expected: Expected, actual: Actual, real: RealLine): void {
  const told = Object.keys(expected).map((key) => [
    key,
    MOMENTS.includes(key) ? real.secondsOf(actual[key]) : actual[key],
  ]);
  expect(Object.fromEntries(told)).toEqual(expected);
  meet(`${what} → ${expected.__typename}`);
}

function pass(model: ModelLine, real: RealLine, seconds: number): void {
  model.now += seconds;
  real.pass(seconds);
}

const pick = <Value>(list: readonly Value[], n: number): Value | undefined => list[n % list.length];
const always = () => true;
const withSessions = (model: ModelLine) => model.sessions.length > 0;
/** A session by a number; the later ones more often. */
const sessionAt = (model: ModelLine, n: number): [number, ModelSession] => {
  const index = model.sessions.length - 1 - (n % model.sessions.length);
  return [index, model.sessions[index]!];
};
/** 0: the newest password, 1: the one before it, …; less than 0: one that never was. */
const textAt = (model: ModelLine, n: number): string =>
  (n < 0 ? undefined : pick(model.passwords, n)?.text) ?? 'WRONGPAS';

const anyPassword = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.nat(5) },
  fc.constant(-1),
);
const anySession = fc.oneof(fc.constant(0), fc.nat(5));
const anyDevice = fc.option(fc.nat(3), { nil: undefined, freq: 1 });
/** How many generations a refresh token is behind. */
const anyAge = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constant(1) },
  fc.nat(4),
);

const deviceOf = (real: RealLine, n: number | undefined) =>
  n === undefined ? undefined : pick(real.devices, n);

const requests = anyDevice.map((device) =>
  step(`request from device ${device}`, always, async (model, real) => {
    const token = deviceOf(real, device);
    agree('request', model.ask(token !== undefined), await real.request(token), real);
  }),
);

const OUTCOMES: Record<string, SmsOutcome> = {
  accepts: { outcome: 'ACCEPTED', ids: ['id'] },
  refuses: { outcome: 'REFUSED', reason: 'no' },
  'is not heard': { outcome: 'UNKNOWN' },
};
const words = fc.constantFrom('accepts', 'accepts', 'accepts', 'refuses', 'is not heard');

async function handOver(model: ModelLine, real: RealLine, word: string): Promise<void> {
  // No two SMS are made at one very moment
  pass(model, real, 1);
  const arrived = await real.handOver(OUTCOMES[word]!);
  if (arrived) model.taken(arrived, word === 'accepts');
  meet(`the SMSC ${word}`);
}

const smscs = words.map((word) =>
  step(
    `the SMSC ${word}`,
    (model) => model.request !== undefined,
    (model, real) => handOver(model, real, word),
  ),
);

/** The usual way: a request after the pause, and what the SMSC makes of it. */
const arrivals = words.map((word) =>
  step(`request, and the SMSC ${word}`, always, async (model, real) => {
    pass(model, real, 60);
    const expected = model.ask(false);
    agree('request', expected, await real.request(undefined), real);
    if (expected.__typename === 'SmsPasswordRequested') await handOver(model, real, word);
  }),
);

const signIns = fc
  .record({ password: anyPassword, address: fc.nat(2), device: anyDevice })
  .map(({ password, address, device }) =>
    step(`sign in: ${password} from ${address} on ${device}`, always, async (model, real) => {
      const token = deviceOf(real, device);
      const [text, from] = [textAt(model, password), ADDRESSES[address]!];
      agree('sign in', model.signIn(text, from, token), await real.signIn(text, from, token), real);
    }),
  );

const guesses = fc
  .record({ address: fc.nat(2), device: anyDevice, times: fc.integer({ min: 2, max: 4 }) })
  .map(({ address, device, times }) =>
    step(`${times} guesses from ${address} on ${device}`, always, async (model, real) => {
      const token = deviceOf(real, device);
      const from = ADDRESSES[address]!;
      for (let i = 0; i < times; i++)
        agree(
          'guess',
          model.signIn('WRONGPAS', from, token),
          await real.signIn('WRONGPAS', from, token),
          real,
        );
    }),
  );

let chosen = 0;
const changes = fc
  .record({ session: anySession, password: anyPassword, strong: fc.boolean() })
  .map(({ session, password, strong }) =>
    step(`change by ${session}: ${password} → ${strong}`, withSessions, async (model, real) => {
      const [index, by] = sessionAt(model, session);
      const current = textAt(model, password);
      const text = strong ? `a long and lonely whale ${++chosen}` : 'password1';
      const expected = model.change(by, current, { text, strong });
      agree('change', expected, await real.change(index, current, text), real);
    }),
  );

const refreshes = fc.record({ session: anySession, age: anyAge }).map(({ session, age }) =>
  step(`refresh ${session}, ${age} old`, withSessions, async (model, real) => {
    const [index, which] = sessionAt(model, session);
    const { generation } = which;
    const behind = Math.min(age, generation);
    agree('refresh', model.refresh(which, behind), await real.refresh(index, generation - behind), real);
  }),
);

const signOuts = fc
  .record({ session: anySession, everywhere: fc.boolean(), age: fc.option(anyAge, { nil: undefined }) })
  .map(({ session, everywhere, age }) =>
    step(
      `sign out ${session}${everywhere ? ' everywhere' : ''}, ${age} old`,
      withSessions,
      async (model, real) => {
        const [index, which] = sessionAt(model, session);
        const behind = age === undefined ? undefined : Math.min(age, which.generation);
        const generation = behind === undefined ? undefined : which.generation - behind;
        const expected = model.signOut(which, everywhere, behind);
        expect(await real.signOut(index, everywhere, generation)).toBe(expected);
        meet(`sign out → ${expected > 1 ? 'many' : expected}`);
      },
    ),
  );

const revokes = fc.record({ by: anySession, target: anySession }).map(({ by, target }) =>
  step(`revoke ${target} by ${by}`, withSessions, async (model, real) => {
    const [[byIndex, bySession], [index, which]] = [sessionAt(model, by), sessionAt(model, target)];
    agree('revoke', model.revoke(bySession, which), await real.revoke(byIndex, index), real);
  }),
);

const uses = anySession.map((session) =>
  step(`use ${session}`, withSessions, async (model, real) => {
    const [index, which] = sessionAt(model, session);
    expect(await real.isTaken(index)).toBe(model.speaks(which));
  }),
);

/** Around every limit of the rules, a second to either side. */
const SHORT = [1, 9, 10, 11, 59, 60, 60, 61, 61, 300, 539, 540, 599, 600, 601];
const LONG = [1_739, 1_740, 1_800, 3_600, 7_200, 86_399, 86_400, 90_000, 604_799, 604_800, 691_200];
const passings = fc
  .oneof(
    { weight: 5, arbitrary: fc.constantFrom(...SHORT) },
    { weight: 2, arbitrary: fc.constantFrom(...LONG) },
  )
  .map((seconds) =>
    step(`${seconds} s pass`, always, async (model, real) => {
      pass(model, real, seconds);
    }),
  );

/** Just before, at or just after a moment at which something changes by itself. */
const turns = fc.record({ which: fc.nat(5), offset: fc.constantFrom(-1, 0, 1) }).map(({ which, offset }) =>
  step(`time up to the turn ${which}, and ${offset} s`, always, async (model, real) => {
    const moment = pick(model.moments(), which);
    if (moment !== undefined) pass(model, real, Math.max(0, moment - model.now + offset));
  }),
);

/** The more usual ones more often. */
const gettingIn = [
  requests,
  requests,
  smscs,
  smscs,
  arrivals,
  arrivals,
  arrivals,
  signIns,
  signIns,
  signIns,
  guesses,
];
const beingIn = [changes, refreshes, refreshes, signOuts, revokes, uses];
const time = [passings, passings, turns, turns];

/** Many steps one after the other; most stories begin with somebody signed in. */
export const stories = fc
  .record({
    signedIn: fc.integer({ min: 0, max: 3 }),
    steps: fc.commands([...gettingIn, ...beingIn, ...time], { maxCommands: 40, size: 'max' }),
  })
  .map(({ signedIn, steps }) => ({ signedIn: signedIn > 0, steps }));

/** How a story begins in which somebody is signed in. */
export async function signInFirst(model: ModelLine, real: RealLine): Promise<void> {
  agree('request', model.ask(false), await real.request(undefined), real);
  const text = (await real.handOver(OUTCOMES['accepts']!))!;
  model.taken(text, true);
  const [address] = ADDRESSES as [string];
  agree('sign in', model.signIn(text, address, undefined), await real.signIn(text, address, undefined), real);
}
