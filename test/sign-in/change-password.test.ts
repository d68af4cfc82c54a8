import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChangePasswordDocument, RequestSmsPasswordDocument } from '../../src/generated/operations.ts';
import type { Client } from '../support/client.ts';
import { StandingClock } from '../support/clock.ts';
import { newLine } from '../support/lines.ts';
import { rounds } from '../support/rounds.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({
    clock: new StandingClock(),
    settings: { SMS_PER_10_MINUTES: '1000', SMS_PER_DAY: '1000', ACCESS_TOKEN_MINUTES: '60' },
  });
});
afterAll(() => product.stop());

/** The line of this test, its owner signed in with an SMS password. */
let line: { id: string; phoneNumber: string };
let owner: Client;
let password: string;
beforeEach(async () => {
  line = await newLine(product.app.db);
  ({ client: owner, password } = await open(await receive()));
});

async function receive(): Promise<string> {
  product.clock.advance({ seconds: 61 });
  const { password: received } = await product.client().receivePassword(line.phoneNumber);
  const prepared = { subscriberId: line.id, status: 'PREPARED' as const };
  await expect.poll(() => product.app.db.password.count({ where: prepared })).toBe(0);
  return received;
}
/** A client signed in with a password. */
async function open(given: string): Promise<{ client: Client; password: string }> {
  const client = product.client('en');
  const { __typename: kind, tokens } = await client.trySignIn(line.phoneNumber, given);
  expect(kind).toBe('SignedIn');
  client.token = tokens.accessToken;
  return { client, password: given };
}
const signIn = async (given: string) =>
  (await product.client().trySignIn(line.phoneNumber, given)).__typename as string;
const change = async (client: Client, currentPassword: string, newPassword: string) =>
  (await client.run(ChangePasswordDocument, { input: { currentPassword, newPassword } })).changePassword;
/** What a change is answered by somebody whose session may have ended meanwhile: a type, or an error's code. */
async function saidOfChange(client: Client, currentPassword: string, newPassword: string): Promise<string> {
  const { data, errors } = await client.query(
    'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }',
    { input: { currentPassword, newPassword } },
  );
  return errors?.[0]?.extensions.code ?? data.changePassword.__typename;
}
const isIn = async (client: Client) => (await client.query('{ me { id } }')).status === 200;
const standing = () =>
  product.app.db.password.findMany({ where: { subscriberId: line.id, status: 'STANDING' } });
const liveSessions = () => product.app.db.session.count({ where: { subscriberId: line.id, endedAt: null } });

const [WHALE, HERON] = ['a long and lonely whale', 'the heron under seven bridges'];

describe('while a new SMS password waits for its first use', () => {
  test('the old one is suspended here, too, and works again when the new one has lapsed', async () => {
    await receive();
    expect((await change(owner, password, WHALE)).__typename).toBe('InvalidCredentials');
    expect(await isIn(owner)).toBe(true);
    product.clock.advance({ minutes: 9, seconds: 59 });
    expect((await change(owner, password, WHALE)).__typename).toBe('InvalidCredentials');
    product.clock.advance({ seconds: 1 });
    expect((await change(owner, password, WHALE)).__typename).toBe('PasswordChanged');
  });

  test('the new one is the current password: to give it here is its first use', async () => {
    const other = await open(password);
    const fresh = await receive();
    expect(await change(owner, fresh, WHALE)).toEqual({
      __typename: 'PasswordChanged',
      otherSessionsEnded: 1,
    });
    expect(await isIn(other.client)).toBe(false);
    expect(await isIn(owner)).toBe(true);
    expect(await signIn(fresh)).toBe('InvalidCredentials');
    expect(await signIn(password)).toBe('InvalidCredentials');
    expect(await signIn(WHALE)).toBe('SignedIn');
    const used = { subscriberId: line.id, number: 2, status: 'RETIRED' as const };
    expect((await product.app.db.password.findFirstOrThrow({ where: used })).firstUsedAt).not.toBeNull();
  });

  test('who stole both session and password cannot keep the owner of the SIM from coming in by SMS', async () => {
    const thief = await open(password);
    // The password is changed in the very moment that the SMS is on its way …
    const { sms } = product.app.devTools;
    const send = sms.send.bind(sms);
    const changed = Promise.withResolvers<void>();
    const slow = vi.spyOn(sms, 'send').mockImplementation(async (message) => {
      if (message.text.includes('№')) await changed.promise;
      return send(message);
    });
    product.clock.advance({ seconds: 61 });
    const received = product.client().receivePassword(line.phoneNumber);
    await expect.poll(() => slow.mock.calls.length).toBe(1);
    expect((await change(thief.client, password, WHALE)).__typename).toBe('PasswordChanged');
    changed.resolve();
    const { password: fresh } = await received;
    slow.mockRestore();
    await expect.poll(() => product.app.db.password.count({ where: { status: 'PREPARED' } })).toBe(0);
    // … and again once it is there
    expect((await change(thief.client, WHALE, HERON)).__typename).toBe('InvalidCredentials');
    expect(await signIn(fresh)).toBe('SignedIn');
    expect(await isIn(thief.client)).toBe(false);
    expect(await signIn(WHALE)).toBe('InvalidCredentials');
  });
});

describe('at once with something else', () => {
  test(
    'a change and the first use of a new SMS password: one of them is whole, the other is refused',
    { timeout: 300_000 },
    async () => {
      for (let round = 0; round < rounds(5, 50); round++) {
        line = await newLine(product.app.db);
        const { client } = await open(await receive());
        const fresh = await receive();
        const [changed, entered] = await Promise.all([saidOfChange(client, fresh, WHALE), signIn(fresh)]);
        expect([
          ['PasswordChanged', 'InvalidCredentials'],
          ['InvalidCredentials', 'SignedIn'],
          // The first use ends the sessions that are open
          ['UNAUTHENTICATED', 'SignedIn'],
        ]).toContainEqual([changed, entered]);
        expect(await standing()).toMatchObject([
          { origin: changed === 'PasswordChanged' ? 'CHOSEN' : 'SMS' },
        ]);
        expect(await liveSessions()).toBe(1);
        expect(await isIn(client)).toBe(changed === 'PasswordChanged');
      }
    },
  );

  test('five changes: one of them holds, and the others are told that theirs was no longer the password', async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => open(password)));
    const chosen = Array.from({ length: 5 }, (_, i) => `${WHALE} number ${i}`);
    const answers = await Promise.all(
      clients.map(({ client }, i) => saidOfChange(client, password, chosen[i]!)),
    );
    const winners = answers.flatMap((said, i) => (said === 'PasswordChanged' ? [i] : []));
    expect(winners).toHaveLength(1);
    expect(await standing()).toHaveLength(1);
    expect(await liveSessions()).toBe(1);
    expect(await signIn(chosen[winners[0]!]!)).toBe('SignedIn');
  });

  test(
    'a change and the SMSC’s acceptance: the chosen one stands, suspended by the new one',
    { timeout: 300_000 },
    async () => {
      for (let round = 0; round < rounds(3, 30); round++) {
        line = await newLine(product.app.db);
        const first = await receive();
        const { client } = await open(first);
        product.clock.advance({ seconds: 61 });
        const guest = product.client();
        const input = { phoneNumber: line.phoneNumber, ...(await guest.solveCaptcha()) };
        const [, changed] = await Promise.all([
          guest.run(RequestSmsPasswordDocument, { input }),
          change(client, first, WHALE),
        ]);
        const prepared = { subscriberId: line.id, number: 2 };
        await expect
          .poll(async () => (await product.app.db.password.findFirst({ where: prepared }))?.status)
          .toBe('PENDING');
        expect(['PasswordChanged', 'InvalidCredentials']).toContain(changed.__typename);
        const counts = changed.__typename === 'PasswordChanged' ? WHALE : first;
        expect(await standing()).toHaveLength(1);
        expect(await signIn(counts)).not.toBe('SignedIn');
        product.clock.advance({ minutes: 10 });
        expect(await signIn(counts)).toBe('SignedIn');
      }
    },
  );
});

test('where others are being looked at just now, it says to come back shortly, not in half an hour', async () => {
  const now = product.clock.now();
  const row = { wrong: 5, inFlight: 5, since: now, lastAt: now };
  await product.app.db.tries.create({ data: { subject: `change-password/${line.id}`, ...row } });
  const answer = await owner.query(
    `mutation { changePassword(input: { currentPassword: "${password}", newPassword: "${WHALE}" }) { ... on TooManyRequests { retryAt } } }`,
  );
  expect(Date.parse(answer.data.changePassword.retryAt)).toBeLessThan(now.getTime() + 60_000);
});
