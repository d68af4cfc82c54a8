import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
    ).toMatchObject({ sessionsEnded: 2 });
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
