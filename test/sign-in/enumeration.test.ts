import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RequestSmsPasswordDocument } from '../../src/generated/operations.ts';
import { type Client, documentId } from '../support/client.ts';
import { StandingClock } from '../support/clock.ts';
import { type Running, startProduct } from '../support/running.ts';

/** Nothing looks by itself meanwhile: every statement is a request's. */
const HOUR_MS = 3_600_000;

/** Nobody's, somebody's, a suspended line's, an archived tariff's. */
const NUMBERS = {
  unknown: '+79160000099',
  known: '+79160000001',
  suspended: '+79160000003',
  archived: '+79160000009',
};
let product: Running;
beforeAll(async () => {
  // The worker stands still, so that what is counted is the answer's own work; the clock, too, or a midnight between two
  // answers would show in one of them
  product = await startProduct({
    lookAgainMs: HOUR_MS,
    works: false,
    clock: new StandingClock(),
    settings: { TRUST_PROXY: '1' },
  });
});
afterAll(() => product.stop());
beforeEach(() => product.clock.advance({ hours: 25 }));

interface Work {
  body: string;
  headers: string;
  hashes: number;
  statements: string[];
  jobs: number;
}
const jobCount = async () => {
  const [row] = await product.app.db.$queryRaw<{ count: number }[]>`SELECT count(*)::int FROM pgboss.job`;
  return row!.count;
};

/** What a request is answered with, byte by byte, and what work it took; the number itself and times left out. */
async function workOf(client: Client, phoneNumber: string, body: object): Promise<Work> {
  const [jobs, hashes] = [await jobCount(), product.app.passwords.made];
  product.statements();
  const response = await fetch(`${product.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...client.headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const statements = product.statements().filter((sql) => !sql.includes('pgboss') && sql !== 'SELECT 1');
  const headers = [...response.headers].map(([name, value]) =>
    /^(date|x-request-id|content-length)$/.test(name) ? name : `${name}: ${value}`,
  );
  return {
    body: text
      .replaceAll(phoneNumber, '<number>')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replaceAll(/\d{1,2}:\d\d:\d\d [AP]M/g, '<time>'),
    headers: headers.join('\n'),
    hashes: product.app.passwords.made - hashes,
    statements,
    jobs: (await jobCount()) - jobs,
  };
}

let address = 0;
const stranger = (): Client => {
  const client = product.client('en');
  client.address = `203.0.113.${++address}`;
  return client;
};
const signIn = (client: Client, phoneNumber: string, deviceToken?: string) =>
  workOf(client, phoneNumber, {
    query:
      'mutation ($input: SignInInput!) { signIn(input: $input) { __typename ... on UserError { code message } ... on InvalidCredentials { attemptsLeft } } }',
    variables: { input: { phoneNumber, password: 'WRONGPAS', deviceToken } },
  });

async function expectAlike(work: (phoneNumber: string) => Promise<Work>): Promise<Work> {
  const unknown = await work(NUMBERS.unknown);
  for (const [who, phoneNumber] of Object.entries(NUMBERS))
    expect({ who, ...(await work(phoneNumber)) }).toEqual({ who, ...unknown });
  return unknown;
}

describe('whose a number is cannot be told', () => {
  test('from asking for a password: equal bytes, statements and jobs', async () => {
    const work = await expectAlike(async (phoneNumber) => {
      const client = stranger();
      const input = { phoneNumber, ...(await client.solveCaptcha()) };
      product.clock.advance({ hours: 25 });
      const captcha = await client.solveCaptcha();
      return workOf(client, phoneNumber, {
        documentId: documentId(RequestSmsPasswordDocument as never),
        variables: { input: { ...input, ...captcha } },
      });
    });
    expect(work).toMatchObject({ jobs: 1, hashes: 0 });
    expect(work.body).toContain('SmsPasswordRequested');
  });

  test('from asking too often', async () => {
    const client = stranger();
    const ask = async (phoneNumber: string) =>
      workOf(client, phoneNumber, {
        documentId: documentId(RequestSmsPasswordDocument as never),
        variables: { input: { phoneNumber, ...(await client.solveCaptcha()) } },
      });
    for (const phoneNumber of Object.values(NUMBERS)) await ask(phoneNumber);
    expect((await expectAlike(ask)).body).toContain('TooManyRequests');
  });

  test('from a wrong password: equal bytes, hashes and statements', async () => {
    const work = await expectAlike((phoneNumber) => signIn(stranger(), phoneNumber));
    expect(work.hashes).toBe(3);
    expect(work.body).toContain('"attemptsLeft":4');
  });

  test('from a wrong password with a device token of somebody’s making', async () => {
    await expectAlike((phoneNumber) => signIn(stranger(), phoneNumber, 'forged.token'));
  });

  test('from being locked, for an address or altogether', async () => {
    const clients = new Map<string, Client>();
    for (const phoneNumber of Object.values(NUMBERS)) {
      const client = stranger();
      clients.set(phoneNumber, client);
      for (let i = 0; i < 5; i++) await signIn(client, phoneNumber);
    }
    const locked = await expectAlike((phoneNumber) => signIn(clients.get(phoneNumber)!, phoneNumber));
    expect(locked).toMatchObject({ hashes: 0 });
    expect(locked.body).toContain('SignInLocked');
    for (const phoneNumber of Object.values(NUMBERS))
      for (let i = 0; i < 16; i++) await signIn(stranger(), phoneNumber);
    const altogether = await expectAlike((phoneNumber) => signIn(stranger(), phoneNumber));
    expect(altogether.body).toContain('Too many wrong tries. Get a new password by SMS.');
    // Asking for an SMS opens nobody's number like anybody's
    for (const phoneNumber of Object.values(NUMBERS)) {
      const client = stranger();
      const input = { phoneNumber, ...(await client.solveCaptcha()) };
      await client.run(RequestSmsPasswordDocument, { input });
    }
    expect((await expectAlike((phoneNumber) => signIn(stranger(), phoneNumber))).body).toContain(
      'InvalidCredentials',
    );
  });
});

test('the job makes its hash for nobody’s number, too', async () => {
  const { sendSmsPasswordHandler } = await import('../../src/sign-in/send-sms-password.ts');
  const handler = sendSmsPasswordHandler(product.app);
  const hashesFor = async (phoneNumber: string) => {
    const client = stranger();
    await client.run(RequestSmsPasswordDocument, {
      input: { phoneNumber, ...(await client.solveCaptcha()) },
    });
    const { id } = await product.app.db.smsPasswordRequest.findUniqueOrThrow({ where: { phoneNumber } });
    const before = product.app.passwords.made;
    await handler.run({ requestId: id });
    return product.app.passwords.made - before;
  };
  expect(await hashesFor(NUMBERS.unknown)).toBe(await hashesFor(NUMBERS.known));
});

if (process.env['LONG'])
  test(
    'timing over 500 pairs: the time that an answer takes does not tell',
    { timeout: 600_000 },
    async () => {
      const timeOf = async (phoneNumber: string) => {
        const client = stranger();
        client.address = `198.51.${address % 250}.${Math.floor(address / 250)}`;
        const started = performance.now();
        await client.trySignIn(phoneNumber, 'WRONGPAS');
        return performance.now() - started;
      };
      const differences: number[] = [];
      const times: number[] = [];
      for (let pair = 0; pair < 500; pair++) {
        if (pair % 15 === 0) product.clock.advance({ hours: 25 });
        const order = pair % 2 ? [NUMBERS.known, NUMBERS.unknown] : [NUMBERS.unknown, NUMBERS.known];
        const [first, second] = [await timeOf(order[0]!), await timeOf(order[1]!)];
        times.push(first, second);
        differences.push(pair % 2 ? first - second : second - first);
      }
      const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
      // A comparison left out would show as a third of the whole
      expect(Math.abs(median(differences)) / median(times)).toBeLessThan(0.05);
    },
  );
