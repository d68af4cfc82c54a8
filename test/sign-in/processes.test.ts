import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPrisma } from '../../src/adapters/postgres/prisma.ts';
import { RequestSmsPasswordDocument, SignOutDocument } from '../../src/generated/operations.ts';
import type { Db } from '../../src/ports/database.ts';
import { Client } from '../support/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { freshLine } from '../support/lines.ts';
import { startProcess, type Started } from '../support/process.ts';
import { rounds } from '../support/rounds.ts';

/** Lines of their own, since the clock of these processes cannot be moved. */
const LINES = 2 * rounds(10, 50) + 10;
let line = 0;
const nextNumber = () => `+7916777${String(line++).padStart(4, '0')}`;

let database: TestDatabase;
let db: Db;
let dir: string;
let processes: Started[];
let urls: string[];
beforeAll(async () => {
  database = await createTestDatabase();
  db = openPrisma(database.url).db;
  dir = mkdtempSync(join(tmpdir(), 'internet-assistant-processes-'));
  await db.subscriber.createMany({
    data: Array.from({ length: LINES }, (_, i) => ({
      ...freshLine(),
      phoneNumber: `+7916777${String(i).padStart(4, '0')}`,
    })),
  });
  const settings = { DATABASE_URL: database.url, SECRETS_KEYS: 'k'.repeat(32), DEV_TOOLS: 'on' };
  processes = [0, 1, 2].map(() => startProcess(dir, settings));
  urls = await Promise.all(processes.map(({ ready }) => ready));
});
afterAll(async () => {
  await Promise.all(processes.map((each) => each.kill()));
  await db.$disconnect();
  await database.drop();
  rmSync(dir, { recursive: true });
});

/** One client after another, each of the next of so many processes. */
const clients = (count: number, among: number) =>
  Array.from({ length: count }, (_, i) => new Client(urls[i % among]!, 'en'));
const counted = (kinds: string[]) =>
  kinds.reduce<Record<string, number>>(
    (counts, kind) => ({ ...counts, [kind]: (counts[kind] ?? 0) + 1 }),
    {},
  );

describe.each([1, 3])('with %i processes', (among) => {
  test('one captcha answer used by 20 at once sends one SMS, every round', { timeout: 300_000 }, async () => {
    for (let round = 0; round < rounds(10, 50); round++) {
      const phoneNumber = nextNumber();
      const all = clients(20, among);
      const captcha = await all[0]!.solveCaptcha();
      const answers = await Promise.all(
        all.map((client) => client.run(RequestSmsPasswordDocument, { input: { phoneNumber, ...captcha } })),
      );
      const kinds = answers.map(({ requestSmsPassword }) => requestSmsPassword.__typename);
      expect(counted(kinds)).toEqual({ SmsPasswordRequested: 1, CaptchaRejected: 19 });
      await expect.poll(async () => (await all[0]!.smsTo(phoneNumber)).length).toBe(1);
    }
    // The SMS is shown a moment before it is written down that it was taken
    await expect.poll(() => db.sentSms.count({ where: { state: { not: 'ACCEPTED' } } })).toBe(0);
    await expect.poll(() => db.password.count({ where: { status: 'PREPARED' } })).toBe(0);
  });

  test('one SMS password first used by 20 at once: one first use, one set of sessions, no error', async () => {
    const phoneNumber = nextNumber();
    const all = clients(20, among);
    const { password } = await all[0]!.receivePassword(phoneNumber);
    const answers = await Promise.all(all.map((client) => client.trySignIn(phoneNumber, password)));
    expect(counted(answers.map(({ __typename: kind }) => kind))).toEqual({ SignedIn: 20 });
    const subscriber = await db.subscriber.findUniqueOrThrow({
      where: { phoneNumber },
      include: { passwords: true },
    });
    expect(subscriber.passwords).toMatchObject([{ status: 'STANDING', firstUsedAt: expect.any(Date) }]);
    expect(await db.session.count({ where: { subscriberId: subscriber.id, endedAt: null } })).toBe(20);
    for (const [i, client] of all.entries()) {
      client.token = answers[i].tokens.accessToken;
      expect((await client.query('{ me { id } }')).status).toBe(200);
    }
  });

  test('200 wrong guesses at once: five are looked at', async () => {
    const phoneNumber = nextNumber();
    const answers = await Promise.all(
      clients(200, among).map((client) => client.trySignIn(phoneNumber, 'WRONGPAS')),
    );
    expect(counted(answers.map(({ __typename: kind }) => kind))).toEqual({
      InvalidCredentials: 5,
      SignInLocked: 195,
    });
  });

  test('twenty requests at once, each with a captcha of its own, send one SMS', async () => {
    const phoneNumber = nextNumber();
    const all = clients(20, among);
    const captchas = await Promise.all(all.map((client) => client.solveCaptcha()));
    const answers = await Promise.all(
      all.map((client, i) =>
        client.run(RequestSmsPasswordDocument, { input: { phoneNumber, ...captchas[i]! } }),
      ),
    );
    const kinds = answers.map(({ requestSmsPassword }) => requestSmsPassword.__typename);
    expect(counted(kinds)).toEqual({ SmsPasswordRequested: 1, TooManyRequests: 19 });
  });
});

test('signing out everywhere in one process closes what is open in another', async () => {
  const [here, there] = clients(2, 3) as [Client, Client];
  await here.signIn(nextNumber());
  there.token = here.token;
  const closings: number[] = [];
  const socket = there.openSocket(({ code }) => closings.push(code));
  const results = socket.iterate({ query: '{ me { id } }' });
  expect((await results.next()).value?.data).toBeTruthy();
  await here.run(SignOutDocument, { everywhere: true });
  await expect.poll(() => closings).toEqual([4401]);
  expect((await there.query('{ me { id } }')).status).toBe(401);
});

test('a token that one process gave is good in the others, and after a restart', async () => {
  const [here, there] = clients(2, 3) as [Client, Client];
  await here.signIn(nextNumber());
  there.token = here.token;
  expect((await there.query('{ me { id } }')).status).toBe(200);
  const settings = {
    DATABASE_URL: database.url,
    SECRETS_KEYS: `${'n'.repeat(32)},${'k'.repeat(32)}`,
    DEV_TOOLS: 'on',
  };
  const restarted = startProcess(dir, settings);
  processes.push(restarted);
  const later = new Client(await restarted.ready);
  later.token = here.token;
  expect((await later.query('{ me { id } }')).status).toBe(200);
});
