import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  ChangePasswordDocument,
  IdentityDocument,
  RefreshSessionDocument,
  RequestSmsPasswordDocument,
  SignInDocument,
  SignOutDocument,
} from '../../src/generated/operations.ts';
import type { Client } from '../support/client.ts';
import { rounds } from '../support/rounds.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
beforeAll(async () => {
  // How often an SMS may be had is another file's matter
  product = await startProduct({ settings: { SMS_PER_10_MINUTES: '1000', SMS_PER_DAY: '1000' } });
});
afterAll(() => product.stop());

const signIn = async (client: Client, phoneNumber: string, password: string) =>
  (await client.run(SignInDocument, { input: { phoneNumber, password } })).signIn;

/** A new SMS password, once the pause after the last one is over, that the SMSC has confirmed. */
async function nextPassword(client: Client, phoneNumber: string): Promise<string> {
  product.clock.advance({ seconds: 61 });
  const { password } = await client.receivePassword(phoneNumber);
  const line = { subscriber: { phoneNumber }, status: 'PREPARED' as const };
  await expect.poll(() => product.app.db.password.count({ where: line })).toBe(0);
  return password;
}

describe('old and new password', () => {
  test('a new SMS password suspends the old one, and its first use retires it', async () => {
    const client = product.client();
    const old = await client.signIn('+79160000001');
    const fresh = await nextPassword(client, '+79160000001');
    const superseded = { __typename: 'SmsPasswordSuperseded', typedNumber: 1, currentNumber: 2 };
    expect(await signIn(client, '+79160000001', old)).toMatchObject(superseded);
    expect(await signIn(client, '+79160000001', fresh)).toMatchObject({ __typename: 'SignedIn' });
    expect(await signIn(client, '+79160000001', old)).toMatchObject(superseded);
    expect((await client.query('{ me { id } }')).status).toBe(401);
  });

  test('a new SMS password that lapses unused lets the old one stand again', async () => {
    const client = product.client();
    const old = await client.signIn('+79160000002');
    const fresh = await nextPassword(client, '+79160000002');
    product.clock.advance({ minutes: 10, seconds: 1 });
    expect(await signIn(client, '+79160000002', fresh)).toMatchObject({
      __typename: 'SmsPasswordExpired',
      code: 'SMS_PASSWORD_EXPIRED',
    });
    expect(await signIn(client, '+79160000002', old)).toMatchObject({ __typename: 'SignedIn' });
  });

  test('of two SMS passwords on the way, the later one counts, and the earlier says so', async () => {
    const client = product.client('en');
    const first = (await client.receivePassword('+79160000004')).password;
    const second = await nextPassword(client, '+79160000004');
    expect(await signIn(client, '+79160000004', first)).toMatchObject({
      __typename: 'SmsPasswordSuperseded',
      typedNumber: 1,
      currentNumber: 2,
      message: 'This is password № 1, but № 2 is the valid one. Type the one from the latest SMS.',
    });
    expect(await signIn(client, '+79160000004', second)).toMatchObject({ __typename: 'SignedIn' });
  });

  test('an SMS that fails leaves the old password working', async () => {
    const client = product.client();
    const old = await client.signIn('+79160000005');
    product.clock.advance({ seconds: 61 });
    const failing = vi
      .spyOn(product.app.devTools.sms, 'send')
      .mockResolvedValue({ outcome: 'REFUSED', reason: 'the SMSC is down' });
    const captcha = await client.solveCaptcha();
    await client.run(RequestSmsPasswordDocument, { input: { phoneNumber: '+79160000005', ...captcha } });
    await expect
      .poll(() => product.app.db.password.count({ where: { status: 'PREPARED' } }))
      .toBeGreaterThan(0);
    expect(await signIn(client, '+79160000005', old)).toMatchObject({ __typename: 'SignedIn' });
    failing.mockRestore();
  });

  test('an SMS that is read before the SMSC’s word reaches us lets its reader in', async () => {
    const client = product.client();
    const { sms } = product.app.devTools;
    const send = sms.send.bind(sms);
    const answered = Promise.withResolvers<void>();
    const late = vi.spyOn(sms, 'send').mockImplementation(async (message) => {
      const outcome = await send(message);
      await answered.promise;
      return outcome;
    });
    const { password } = await client.receivePassword('+79160000003');
    expect(await product.app.db.password.count({ where: { status: 'PREPARED', number: 1 } })).toBeGreaterThan(
      0,
    );
    expect(await signIn(client, '+79160000003', password)).toMatchObject({ __typename: 'SignedIn' });
    late.mockRestore();
    answered.resolve();
    product.clock.advance({ minutes: 11 });
    expect(await signIn(client, '+79160000003', password)).toMatchObject({ __typename: 'SignedIn' });
  });

  test('one SMS password first used by 20 at once: one first use, no error, one set of sessions', async () => {
    const client = product.client();
    await client.signIn('+79160000006');
    const fresh = await nextPassword(client, '+79160000006');
    const results = await Promise.all(
      Array.from({ length: 20 }, () => signIn(client, '+79160000006', fresh)),
    );
    expect(results.map(({ __typename }) => __typename)).toEqual(Array.from({ length: 20 }, () => 'SignedIn'));
    const { id: subscriberId } = await product.app.db.subscriber.findUniqueOrThrow({
      where: { phoneNumber: '+79160000006' },
    });
    expect(await product.app.db.session.count({ where: { subscriberId, endedAt: null } })).toBe(20);
    expect(
      await product.app.db.password.groupBy({
        by: ['status'],
        where: { subscriberId },
        _count: true,
        orderBy: { status: 'asc' },
      }),
    ).toEqual([
      { status: 'STANDING', _count: 1 },
      { status: 'RETIRED', _count: 1 },
    ]);
  });
});

describe('asking for a password', () => {
  test('one captcha answer used by 20 at once sends one SMS, each time', { timeout: 120_000 }, async () => {
    const client = product.client();
    for (let round = 0; round < rounds(5, 50); round++) {
      product.clock.advance({ seconds: 61 });
      const before = (await client.smsTo('+79160000007')).length;
      const captcha = await client.solveCaptcha();
      const input = { phoneNumber: '+79160000007', ...captcha };
      const results = await Promise.all(
        Array.from({ length: 20 }, () => client.run(RequestSmsPasswordDocument, { input })),
      );
      const kinds = results.map(({ requestSmsPassword }) => requestSmsPassword.__typename);
      expect(kinds.filter((kind) => kind === 'SmsPasswordRequested')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'CaptchaRejected')).toHaveLength(19);
      await expect.poll(async () => (await client.smsTo('+79160000007')).length).toBe(before + 1);
    }
  });

  test('twenty captchas at once for one number send one SMS, and the others learn when to come back', async () => {
    const client = product.client();
    const captchas = await Promise.all(Array.from({ length: 20 }, () => client.solveCaptcha()));
    const results = await Promise.all(
      captchas.map((captcha) =>
        client.run(RequestSmsPasswordDocument, { input: { phoneNumber: '+79160000008', ...captcha } }),
      ),
    );
    const answers = results.map(({ requestSmsPassword }) => requestSmsPassword);
    const sent = answers.filter((answer) => answer.__typename === 'SmsPasswordRequested');
    expect(sent).toHaveLength(1);
    expect(answers.filter((answer) => answer.__typename === 'TooManyRequests')).toHaveLength(19);
    expect(answers.find((answer) => answer.__typename === 'TooManyRequests')).toMatchObject({
      retryAt: sent[0]!.resendAvailableAt,
    });
  });

  test('a number that is nobody’s gets the same answer and no SMS', async () => {
    const client = product.client();
    const ask = async (phoneNumber: string) =>
      (
        await client.run(RequestSmsPasswordDocument, {
          input: { phoneNumber, ...(await client.solveCaptcha()) },
        })
      ).requestSmsPassword;
    const [nobody, somebody] = [await ask('+79160000099'), await ask('+79160000009')];
    expect(Object.keys(nobody)).toEqual(Object.keys(somebody));
    expect(nobody).toMatchObject({ __typename: 'SmsPasswordRequested', number: 1 });
    await expect.poll(async () => (await client.smsTo('+79160000009')).length).toBe(1);
    expect(await client.smsTo('+79160000099')).toEqual([]);
    expect((await signIn(client, '+79160000099', 'ABCDEFGH')).__typename).toBe('InvalidCredentials');
  });

  test('in Latin letters the SMS is in GSM 7-bit', async () => {
    const client = product.client();
    product.clock.advance({ seconds: 61 });
    const input = { phoneNumber: '+79160000003', script: 'LATIN' as const, ...(await client.solveCaptcha()) };
    await client.run(RequestSmsPasswordDocument, { input });
    await expect
      .poll(async () => (await client.smsTo('+79160000003'))[0])
      .toMatchObject({ encoding: 'GSM7', segments: 1 });
    expect((await client.smsTo('+79160000003'))[0]!.text).toMatch(
      /^Parol No\. \d: [2-9A-Z]{8}\. Nikomu ne soobshchaite/,
    );
  });
});

describe('sessions', () => {
  test('a refresh token works once, for ten seconds again with the same answer, and then ends the session', async () => {
    const client = product.client();
    const password = await nextPassword(client, '+79160000001');
    const session = await signIn(client, '+79160000001', password);
    if (session.__typename !== 'SignedIn') throw new Error(session.__typename);
    const refresh = async (refreshToken: string) => {
      const { refreshSession } = await client.run(RefreshSessionDocument, { input: { refreshToken } });
      return refreshSession.__typename === 'SignedIn' ? refreshSession.tokens! : undefined;
    };
    const first = session.tokens!.refreshToken;
    const answers = await Promise.all([refresh(first), refresh(first), refresh(first)]);
    expect(new Set(answers.map((tokens) => tokens?.refreshToken)).size).toBe(1);
    const [tokens] = answers;
    product.clock.advance({ seconds: 11 });
    expect(await refresh(first)).toBeUndefined();
    expect(await refresh(tokens!.refreshToken)).toBeUndefined();
    client.token = tokens!.accessToken;
    expect((await client.query('{ me { id } }')).status).toBe(401);
  });

  test('a new password ends the other sessions and must be hard to guess', async () => {
    const client = product.client('en');
    const password = await nextPassword(client, '+79160000002');
    const other = product.client();
    for (const each of [client, other]) {
      const session = await signIn(each, '+79160000002', password);
      if (session.__typename === 'SignedIn') each.token = session.tokens!.accessToken;
    }
    const change = async (newPassword: string, currentPassword = password) =>
      (await client.run(ChangePasswordDocument, { input: { currentPassword, newPassword } })).changePassword;
    expect(await change('password1')).toMatchObject({
      __typename: 'PasswordTooWeak',
      code: 'PASSWORD_TOO_WEAK',
    });
    expect(await change('79160000002')).toMatchObject({ __typename: 'PasswordTooWeak' });
    expect(await change('a long and lonely whale', 'WRONGPAS')).toMatchObject({
      __typename: 'InvalidCredentials',
    });
    expect(await change('a long and lonely whale')).toEqual({
      __typename: 'PasswordChanged',
      otherSessionsEnded: 1,
    });
    expect((await other.query('{ me { id } }')).status).toBe(401);
    expect((await client.run(IdentityDocument)).identity.kind).toBe('SUBSCRIBER');
  });

  test('an old refresh token is not even good for signing out everywhere', async () => {
    const client = product.client();
    const password = await nextPassword(client, '+79160000004');
    const session = await signIn(client, '+79160000004', password);
    const other = await signIn(client, '+79160000004', password);
    if (session.__typename !== 'SignedIn' || other.__typename !== 'SignedIn')
      throw new Error('not signed in');
    const { refreshToken } = session.tokens!;
    const out = async () =>
      (await client.run(SignOutDocument, { everywhere: true, refreshToken })).signOut.sessionsEnded;
    await client.run(RefreshSessionDocument, { input: { refreshToken } });
    product.clock.advance({ seconds: 11 });
    expect(await out()).toBe(0);
    client.token = other.tokens!.accessToken;
    expect((await client.run(IdentityDocument)).identity.kind).toBe('SUBSCRIBER');
    client.token = undefined;
    expect(
      (await client.run(SignOutDocument, { everywhere: true, refreshToken: other.tokens!.refreshToken }))
        .signOut,
    ).toEqual({ sessionsEnded: 2 });
    expect(await out()).toBe(0);
  });

  test('a password is the same text however a keyboard composes it, and its length is judged by itself', async () => {
    const client = product.client('en');
    const password = await nextPassword(client, '+79160000005');
    const session = await signIn(client, '+79160000005', password);
    if (session.__typename === 'SignedIn') client.token = session.tokens!.accessToken;
    const chosen = 'Café-жёлтый-гвоздь-42';
    const change = (newPassword: string) =>
      client.run(ChangePasswordDocument, { input: { currentPassword: password, newPassword } });
    expect((await change('x1!')).changePassword).toMatchObject({
      message: 'A password has 8 to 128 characters.',
    });
    expect((await change(`${chosen}${'я'.repeat(128)}`)).changePassword).toMatchObject({
      message: 'A password has 8 to 128 characters.',
    });
    expect((await change(chosen.normalize('NFD'))).changePassword.__typename).toBe('PasswordChanged');
    for (const form of ['NFC', 'NFD'] as const)
      expect((await signIn(product.client(), '+79160000005', chosen.normalize(form))).__typename).toBe(
        'SignedIn',
      );
  });
});
