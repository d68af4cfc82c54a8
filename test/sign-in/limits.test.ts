import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RequestSmsPasswordDocument, SignInDocument } from '../../src/generated/operations.ts';
import { type Client, documentId } from '../support/client.ts';
import { rounds } from '../support/rounds.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ settings: { TRUST_PROXY: '1' } });
});
afterAll(() => product.stop());
// Each test begins a day later, with all limits free again
beforeEach(() => product.clock.advance({ hours: 25 }));

const clientAt = (address: string): Client => {
  const client = product.client('en');
  client.address = address;
  return client;
};
/** A correct password of the line, from an address of its own. */
const passwordOf = async (phoneNumber: string): Promise<string> => {
  const { password } = await clientAt('198.51.100.200').receivePassword(phoneNumber);
  const line = { subscriber: { phoneNumber }, status: 'PREPARED' as const };
  await expect.poll(() => product.app.db.password.count({ where: line })).toBe(0);
  return password;
};
const kinds = (answers: { __typename: string }[]) =>
  answers.reduce<Record<string, number>>(
    (counts, { __typename: kind }) => ({ ...counts, [kind]: (counts[kind] ?? 0) + 1 }),
    {},
  );
const request = async (client: Client, phoneNumber: string, more: object = {}) => {
  const input = { phoneNumber, ...(await client.solveCaptcha()), ...more };
  return (await client.run(RequestSmsPasswordDocument, { input })).requestSmsPassword as any;
};

describe('sends', () => {
  test('one a minute, three in ten minutes, six a day for a number, told with the time to come back', async () => {
    const client = clientAt('198.51.100.1');
    const phoneNumber = '+79160000099';
    const start = product.clock.now().getTime();
    const secondsUntil = (date: string) => Math.round((Date.parse(date) - start) / 60_000);
    const first = await request(client, phoneNumber);
    expect(first).toMatchObject({ __typename: 'SmsPasswordRequested', number: 1 });
    expect(secondsUntil(first.resendAvailableAt)).toBe(1);
    const tooSoon = await request(client, phoneNumber);
    expect(tooSoon).toMatchObject({ __typename: 'TooManyRequests', retryAt: first.resendAvailableAt });
    for (let i = 0; i < 2; i++) {
      product.clock.advance({ seconds: 61 });
      expect((await request(client, phoneNumber)).__typename).toBe('SmsPasswordRequested');
    }
    product.clock.advance({ seconds: 61 });
    const inTen = await request(client, phoneNumber);
    expect(inTen.__typename).toBe('TooManyRequests');
    expect(secondsUntil(inTen.retryAt)).toBe(10);
    for (let i = 0; i < 3; i++) {
      product.clock.advance({ minutes: 11 });
      expect((await request(client, phoneNumber)).__typename).toBe('SmsPasswordRequested');
    }
    product.clock.advance({ hours: 1 });
    const inADay = await request(client, phoneNumber);
    expect(inADay.__typename).toBe('TooManyRequests');
    expect(secondsUntil(inADay.retryAt)).toBe(24 * 60);
  });

  test('a device that has signed in before has two more a day', async () => {
    const client = clientAt('198.51.100.2');
    const phoneNumber = '+79160000008';
    const password = await passwordOf(phoneNumber);
    const { tokens } = await client.trySignIn(phoneNumber, password);
    for (let i = 0; i < 5; i++) {
      product.clock.advance({ hours: 1 });
      expect((await request(client, phoneNumber)).__typename).toBe('SmsPasswordRequested');
    }
    product.clock.advance({ hours: 1 });
    expect((await request(client, phoneNumber)).__typename).toBe('TooManyRequests');
    for (const forged of ['x', `${tokens.deviceToken}x`, tokens.refreshToken])
      expect((await request(client, phoneNumber, { deviceToken: forged })).__typename).toBe(
        'TooManyRequests',
      );
    const { deviceToken } = tokens;
    for (let i = 0; i < 2; i++) {
      expect((await request(client, phoneNumber, { deviceToken })).__typename).toBe('SmsPasswordRequested');
      product.clock.advance({ hours: 1 });
    }
    expect((await request(client, phoneNumber, { deviceToken })).__typename).toBe('TooManyRequests');
  });

  test('twelve spellings of a number are one number', async () => {
    const spellings = [
      '+79160000098',
      '79160000098',
      '89160000098',
      '8 916 000-00-98',
      '8 (916) 000 00 98',
      '+7 916 000-00-98',
      '007 916 000 00 98',
      '0079160000098',
      '+7(916)0000098',
      ' 8-916-000-00-98 ',
      '9160000098',
      '８９１６０００００９８',
    ];
    const answers = [];
    for (const [i, spelling] of spellings.entries())
      answers.push(await request(clientAt(`203.0.113.${i}`), spelling));
    expect(kinds(answers)).toEqual({ SmsPasswordRequested: 1, TooManyRequests: 11 });
    expect(answers[0].phoneNumber).toBe('+79160000098');
  });

  test(
    '300 an hour from an address, eight spellings of it being one, whatever the numbers',
    { timeout: 120_000 },
    async () => {
      const spellings = ['192.0.2.7', '::ffff:192.0.2.7', '192.0.2.7:1234', '[::ffff:c000:207]:443'];
      const sixes = [
        '2001:db8:0:7::1',
        '2001:DB8::7:a:b:c:d',
        '[2001:db8:0:7::2]:80',
        '2001:db8:0:7::3%eth0',
      ];
      for (const [name, group] of Object.entries({ four: spellings, six: sixes })) {
        const limit = product.app.config.SMS_PER_ADDRESS_HOUR;
        const subject = name === 'four' ? 'sms/192.0.2.7' : 'sms/2001:db8:0:7::/64';
        // All but two turns were taken a moment ago
        const taken = Array.from({ length: limit - 2 }, () => product.clock.now());
        await product.app.db.turns.create({ data: { subject, at: taken } });
        const answers = [];
        for (let i = 0; i < 4; i++)
          answers.push(await request(clientAt(group[i]!), `+7916555${name.length}${i}00`.padEnd(12, '0')));
        expect(kinds(answers)).toEqual({ SmsPasswordRequested: 2, TooManyRequests: 2 });
        expect(
          (await request(clientAt('192.0.2.8'), `+79165559${name.length}01`.padEnd(12, '0'))).__typename,
        ).toBe('SmsPasswordRequested');
      }
    },
  );
});

describe('tries', () => {
  test('five wrong in a row from an address, then half an hour’s pause there and nowhere else', async () => {
    const phoneNumber = '+79160000001';
    const password = await passwordOf(phoneNumber);
    const client = clientAt('198.51.100.3');
    for (const left of [4, 3, 2, 1, 0])
      expect(await client.trySignIn(phoneNumber, 'WRONGPAS')).toMatchObject({
        __typename: 'InvalidCredentials',
        attemptsLeft: left,
      });
    const locked = await client.trySignIn(phoneNumber, password);
    expect(locked).toMatchObject({ __typename: 'SignInLocked', code: 'SIGN_IN_LOCKED' });
    const minutes = (Date.parse(locked.lockedUntil) - product.clock.now().getTime()) / 60_000;
    expect(Math.round(minutes)).toBe(30);
    // A new SMS does not open it, and nobody is sent for one
    expect(locked.message).toMatch(/^Too many wrong tries\. Try again after .*\.$/);
    expect(locked.message).not.toContain('SMS');
    expect((await clientAt('198.51.100.4').trySignIn(phoneNumber, password)).__typename).toBe('SignedIn');
    expect((await client.trySignIn(phoneNumber, password)).__typename).toBe('SignInLocked');
    product.clock.advance({ minutes: 30 });
    expect((await client.trySignIn(phoneNumber, password)).__typename).toBe('SignedIn');
  });

  test('an address that a client makes up counts for nothing where no proxy is trusted', async () => {
    const direct = await startProduct();
    const answers = [];
    for (let i = 0; i < 10; i++) {
      const client = direct.client();
      client.address = `203.0.113.${i}`;
      answers.push(await client.trySignIn('+79160000001', 'WRONGPAS'));
    }
    await direct.stop();
    expect(kinds(answers)).toEqual({ InvalidCredentials: 5, SignInLocked: 5 });
  });

  test('a right one ends the row', async () => {
    const phoneNumber = '+79160000002';
    const password = await passwordOf(phoneNumber);
    const client = clientAt('198.51.100.5');
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 4; j++) await client.trySignIn(phoneNumber, 'WRONGPAS');
      expect((await client.trySignIn(phoneNumber, password)).__typename).toBe('SignedIn');
    }
  });

  test('twenty wrong a day from anywhere lock a number; a known device still gets in, and a new SMS opens it', async () => {
    const phoneNumber = '+79160000004';
    const old = await passwordOf(phoneNumber);
    const owner = clientAt('198.51.100.6');
    const { tokens } = await owner.trySignIn(phoneNumber, old);
    owner.token = tokens.accessToken;
    for (let i = 0; i < 20; i++)
      expect((await clientAt(`203.0.113.${i % 4}`).trySignIn(phoneNumber, 'WRONGPAS')).__typename).toBe(
        'InvalidCredentials',
      );
    const stranger = clientAt('203.0.113.77');
    expect(await stranger.trySignIn(phoneNumber, old)).toMatchObject({
      __typename: 'SignInLocked',
      lockedUntil: null,
      message: 'Too many wrong tries. Get a new password by SMS.',
    });
    // A session that is open stays, and the device counts by itself
    expect((await owner.query('{ me { id } }')).data.me).toBeTruthy();
    expect((await owner.trySignIn(phoneNumber, old, { deviceToken: tokens.deviceToken })).__typename).toBe(
      'SignedIn',
    );
    product.clock.advance({ hours: 48 });
    expect((await stranger.trySignIn(phoneNumber, old)).__typename).toBe('SignInLocked');

    // A stranger asks for an SMS: that opens the number for what the SMS brings, not for the old password
    const fresh = await passwordOf(phoneNumber);
    expect((await stranger.trySignIn(phoneNumber, old)).__typename).toBe('InvalidCredentials');
    product.clock.advance({ minutes: 11 });
    expect((await clientAt('203.0.113.78').trySignIn(phoneNumber, old)).__typename).toBe(
      'InvalidCredentials',
    );
    expect((await clientAt('203.0.113.79').trySignIn(phoneNumber, fresh)).__typename).toBe(
      'SmsPasswordExpired',
    );
    expect((await owner.trySignIn(phoneNumber, old, { deviceToken: tokens.deviceToken })).__typename).toBe(
      'SignedIn',
    );
    const newest = await passwordOf(phoneNumber);
    expect((await clientAt('203.0.113.80').trySignIn(phoneNumber, newest)).__typename).toBe('SignedIn');
  });

  test('a known device has five tries of its own, and a device token of another line is none', async () => {
    const phoneNumber = '+79160000003';
    const password = await passwordOf(phoneNumber);
    const client = clientAt('198.51.100.8');
    const { tokens } = await client.trySignIn(phoneNumber, password);
    const { deviceToken } = tokens;
    for (let i = 0; i < 5; i++)
      expect((await client.trySignIn(phoneNumber, 'WRONGPAS', { deviceToken })).attemptsLeft).toBe(4 - i);
    expect((await client.trySignIn(phoneNumber, password, { deviceToken })).__typename).toBe('SignInLocked');
    expect((await client.trySignIn(phoneNumber, password)).__typename).toBe('SignedIn');
    for (let i = 0; i < 5; i++) await client.trySignIn('+79160000007', 'WRONGPAS', { deviceToken });
    expect((await client.trySignIn('+79160000007', 'WRONGPAS', { deviceToken })).__typename).toBe(
      'SignInLocked',
    );
    expect((await client.trySignIn('+79160000007', 'WRONGPAS')).__typename).toBe('SignInLocked');
  });

  test('however many devices have signed in, together they have twenty tries a day', async () => {
    const phoneNumber = '+79160000002';
    const password = await passwordOf(phoneNumber);
    const client = clientAt('198.51.100.14');
    const devices: string[] = [];
    for (let i = 0; i < 6; i++)
      devices.push((await client.trySignIn(phoneNumber, password)).tokens.deviceToken);
    const answers = [];
    for (let i = 0; i < 24; i++)
      answers.push(await client.trySignIn(phoneNumber, 'WRONGPAS', { deviceToken: devices[i % 6] }));
    expect(kinds(answers)).toEqual({ InvalidCredentials: 20, SignInLocked: 4 });
    // Neither does it lock out who has none of them, nor do their tries outlast a new SMS password
    expect((await client.trySignIn(phoneNumber, password)).__typename).toBe('SignedIn');
    product.clock.advance({ seconds: 61 });
    const fresh = await passwordOf(phoneNumber);
    const tryOn = async (deviceToken: string, given: string) =>
      (await client.trySignIn(phoneNumber, given, { deviceToken })).__typename;
    expect(await tryOn(devices[0]!, password)).toBe('InvalidCredentials');
    expect(await tryOn(devices[1]!, fresh)).toBe('SignedIn');
  });

  test('200 wrong guesses at once are evaluated exactly as often as the limit allows', async () => {
    for (let round = 0; round < rounds(1, 10); round++) {
      product.clock.advance({ hours: 25 });
      const client = clientAt('198.51.100.9');
      const before = product.app.passwords.made;
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, i) => client.trySignIn('+79160000005', `WRONG${100 + i}`)),
      );
      expect(kinds(answers)).toEqual({ InvalidCredentials: 5, SignInLocked: 195 });
      expect(product.app.passwords.made - before).toBeLessThanOrEqual(5 * 3 + 1);
    }
  });

  test('guesses multiplied by aliases, batches, fragments, a socket or persisted documents meet the same limit', async () => {
    const phoneNumber = '+79160000006';
    const password = await passwordOf(phoneNumber);
    const client = clientAt('198.51.100.10');
    const guess = (i: number) =>
      `signIn(input: {phoneNumber: "${phoneNumber}", password: "WRONG${100 + i}"}) { __typename }`;
    const evaluated = async (body: unknown) =>
      JSON.stringify(await client.post(body)).split('InvalidCredentials').length - 1;

    const aliases = Array.from({ length: 50 }, (_, i) => `g${i}: ${guess(i)}`).join('\n');
    expect(await evaluated({ query: `mutation { ${aliases} }` })).toBe(0);
    const fragments = `mutation { ...A ...B } fragment A on Mutation { a: ${guess(1)} } fragment B on Mutation { b: ${guess(2)} }`;
    expect(await evaluated({ query: fragments })).toBe(0);
    expect(
      await evaluated({ query: `mutation { ... { a: ${guess(1)} } ... on Mutation { b: ${guess(2)} } }` }),
    ).toBe(0);
    expect(
      await evaluated([{ query: `mutation { ${guess(1)} }` }, { query: `mutation { ${guess(2)} }` }]),
    ).toBe(0);

    const socket = client.openSocket();
    const overSocket = (payload: object) =>
      new Promise<string>((resolve, reject) =>
        socket.subscribe(payload as never, {
          next: (result) => resolve(JSON.stringify(result)),
          error: reject,
          complete: () => {},
        }),
      );
    const variables = { input: { phoneNumber, password: 'WRONGPAS' } };
    const answers = await Promise.all([
      ...Array.from({ length: 30 }, (_, i) => overSocket({ query: `mutation { ${guess(i)} }` })),
      ...Array.from({ length: 30 }, () =>
        overSocket({ query: '', documentId: documentId(SignInDocument as never), variables }),
      ),
      ...Array.from({ length: 30 }, async () =>
        JSON.stringify(await client.post({ documentId: documentId(SignInDocument as never), variables })),
      ),
    ]);
    await socket.dispose();
    expect(answers.filter((answer) => answer.includes('"InvalidCredentials"'))).toHaveLength(5);
    expect(answers.filter((answer) => answer.includes('"SignInLocked"'))).toHaveLength(85);
    expect((await client.trySignIn(phoneNumber, password)).__typename).toBe('SignInLocked');
  });

  test(
    'one code sprayed over 5,000 numbers (over a hundred in a short run) opens none but its own',
    { timeout: 600_000 },
    async () => {
      const phoneNumber = '+79160000009';
      const password = await passwordOf(phoneNumber);
      const spray = rounds(100, 5_000);
      const answers: { __typename: string }[] = [];
      for (let i = 0; i < spray; i += 50)
        answers.push(
          ...(await Promise.all(
            Array.from({ length: 50 }, (_, j) => {
              const number =
                i + j < 8 ? `+7916000000${i + j + 1}` : `+7916123${String(i + j).padStart(4, '0')}`;
              return clientAt('198.51.100.11').trySignIn(number, password);
            }),
          )),
        );
      expect(kinds(answers)).toEqual({ InvalidCredentials: spray });
      expect((await clientAt('198.51.100.11').trySignIn(phoneNumber, password)).__typename).toBe('SignedIn');
    },
  );

  test('whoever has a session may not guess the password behind it for ever', async () => {
    const phoneNumber = '+79160000009';
    const client = clientAt('198.51.100.12');
    const password = await passwordOf(phoneNumber);
    client.token = (await client.trySignIn(phoneNumber, password)).tokens.accessToken;
    const change = async (currentPassword: string) =>
      (
        await client.query(
          `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename ... on TooManyRequests { retryAt } ... on InvalidCredentials { attemptsLeft } } }`,
          { input: { currentPassword, newPassword: 'a long and lonely whale' } },
        )
      ).data.changePassword;
    const answers = await Promise.all(Array.from({ length: 30 }, () => change('WRONGPAS')));
    expect(kinds(answers)).toEqual({ InvalidCredentials: 5, TooManyRequests: 25 });
    expect(Date.parse((await change(password)).retryAt)).toBeGreaterThan(
      product.clock.now().getTime() + 29 * 60_000,
    );
  });
});

test('where more people sign in at once than can be served, the rest are told to come back', async () => {
  const small = await startProduct({ settings: { PASSWORD_QUEUE: '3', PASSWORD_HASHES_AT_ONCE: '1' } });
  try {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => small.client().trySignIn(`+791655500${10 + i}`, 'WRONGPAS')),
    );
    const counts = kinds(answers);
    expect(counts['TooManyRequests']).toBeGreaterThan(0);
    expect(counts['InvalidCredentials']).toBeGreaterThan(2);
    expect((counts['TooManyRequests'] ?? 0) + (counts['InvalidCredentials'] ?? 0)).toBe(20);
    expect(await small.app.db.tries.count()).toBe(2 * counts['InvalidCredentials']!);
  } finally {
    await small.stop();
  }
});
