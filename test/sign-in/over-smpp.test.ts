import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChangePasswordDocument, RequestSmsPasswordDocument } from '../../src/generated/operations.ts';
import type { Client } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';
import { Smsc } from '../support/smsc.ts';

const PHONE = '+79160000001';
let smsc: Smsc;
let product: Running;
let client: Client;
beforeEach(async () => {
  smsc = await Smsc.start();
  product = await startProduct({
    settings: { SMS_URL: smsc.url, SMS_PER_10_MINUTES: '1000', LOG_LEVEL: 'info' },
  });
  client = product.client('en');
});
afterEach(async () => {
  await product.stop();
  await smsc.stop();
});

async function ask(more: object = {}): Promise<void> {
  product.clock.advance({ seconds: 61 });
  const input = { phoneNumber: PHONE, ...(await client.solveCaptcha()), ...more };
  const { requestSmsPassword } = await client.run(RequestSmsPasswordDocument, { input });
  expect(requestSmsPassword.__typename).toBe('SmsPasswordRequested');
}
const passwordIn = (text: string | undefined) => /\b[2-9A-HJ-NP-Z]{8}\b/.exec(text ?? '')?.[0];
const statusOf = async (number: number) =>
  (await product.app.db.password.findFirst({ where: { number, subscriber: { phoneNumber: PHONE } } }))
    ?.status;
const signIn = async (password: string | undefined) => (await client.trySignIn(PHONE, password!)).__typename;

/** Asks, and waits until the SMSC's word is known. */
async function receive(number: number): Promise<string> {
  await ask();
  await expect.poll(() => statusOf(number)).toBe('PENDING');
  return passwordIn(smsc.texts.at(-1))!;
}

test('the password comes in Cyrillic in one segment, with its validity, and leads in', async () => {
  const password = await receive(1);
  expect(smsc.texts[0]).toMatch(
    /^Password № 1: [2-9A-HJ-NP-Z]{8}\. Keep it secret\n@localhost #[2-9A-HJ-NP-Z]{8}$/,
  );
  expect(smsc.submitted[0]).toMatchObject({
    to: '79160000001',
    dataCoding: 8,
    esmClass: 0,
    validity: '10 min',
  });
  expect(await signIn(password)).toBe('SignedIn');
  await ask({ script: 'LATIN' });
  await expect.poll(() => smsc.texts.length).toBe(2);
  expect(smsc.submitted[1]).toMatchObject({ dataCoding: 0, esmClass: 0 });
});

test('a receipt is recorded, also one that comes before the answer to the submit is written down', async () => {
  await receive(1);
  smsc.bringReceipt(
    'id:id-1 sub:001 dlvrd:001 submit date:2611231200 done date:2611231201 stat:DELIVRD err:000 text:',
  );
  smsc.bringReceipt('id:id-2 stat:UNDELIV');
  await expect
    .poll(() =>
      product.app.db.smsReceipt.findMany({
        orderBy: { smscId: 'asc' },
        select: { smscId: true, state: true },
      }),
    )
    .toEqual([
      { smscId: 'id-1', state: 'DELIVERED' },
      { smscId: 'id-2', state: 'UNDELIVERABLE' },
    ]);
  expect(await product.app.db.sentSms.findMany({ select: { state: true, smscIds: true } })).toEqual([
    { state: 'ACCEPTED', smscIds: ['id-1'] },
  ]);
});

test('an SMS that the SMSC refuses leaves the old password working, and is tried again', async () => {
  const old = await receive(1);
  expect(await signIn(old)).toBe('SignedIn');
  smsc.reactions.push('invalid');
  await ask();
  await expect.poll(() => smsc.submitted.length).toBe(2);
  expect(await signIn(old)).toBe('SignedIn');
  const refused = passwordIn(Buffer.from(smsc.submitted[1]!.bytes).swap16().toString('utf16le'));
  // The next attempt makes a password of its own
  await expect.poll(() => statusOf(2)).toBe('PENDING');
  const fresh = passwordIn(smsc.texts.at(-1));
  expect(fresh).not.toBe(refused);
  expect(await signIn(refused)).toBe('InvalidCredentials');
  expect(await signIn(old)).toBe('SmsPasswordSuperseded');
  expect(await signIn(fresh)).toBe('SignedIn');
});

test('a submit whose answer is lost is never sent again; who has read it gets in, and the old one works until then', async () => {
  const old = await receive(1);
  expect(await signIn(old)).toBe('SignedIn');
  smsc.reactions.push('drop');
  await ask();
  await expect.poll(() => product.log()).toContain('it is not sent again');
  const unconfirmed = passwordIn(Buffer.from(smsc.submitted[1]!.bytes).swap16().toString('utf16le'));
  expect(await statusOf(2)).toBe('PREPARED');
  expect(await signIn(old)).toBe('SignedIn');
  expect(await signIn(unconfirmed)).toBe('SignedIn');
  expect(await signIn(old)).toBe('SmsPasswordSuperseded');
  expect(smsc.submitted).toHaveLength(2);
});

test('a worker that died after it had handed the message over is not followed by another that does it again', async () => {
  await ask();
  await expect.poll(() => statusOf(1)).toBe('PENDING');
  const request = await product.app.db.smsPasswordRequest.findFirstOrThrow({ where: { phoneNumber: PHONE } });
  const { sendSmsPasswordHandler } = await import('../../src/sign-in/send-sms-password.ts');
  const handler = sendSmsPasswordHandler(product.app);
  // As it stands when a worker dies between the SMSC's answer and our writing it down, or before the answer
  for (const state of ['ACCEPTED', 'HANDED'] as const) {
    await product.app.db.password.updateMany({ where: { id: request.id }, data: { status: 'PREPARED' } });
    await product.app.db.sentSms.updateMany({ data: { state } });
    await Promise.all(Array.from({ length: 5 }, () => handler.run({ requestId: request.id })));
    expect(await statusOf(1)).toBe(state === 'ACCEPTED' ? 'PENDING' : 'PREPARED');
  }
  expect(smsc.submitted).toHaveLength(1);
  expect(await signIn(passwordIn(smsc.texts[0]))).toBe('SignedIn');
});

test('while the SMSC is away, requests are answered, and the SMS goes out when it is back', async () => {
  const { port } = new URL(smsc.url);
  await receive(1);
  await smsc.stop();
  await ask();
  smsc = await Smsc.start(Number(port));
  await expect.poll(() => smsc.texts.length).toBe(1);
  await expect.poll(() => statusOf(2)).toBe('PENDING');
});

test('a changed password is told to the owner by SMS', async () => {
  const password = await receive(1);
  const { tokens } = await client.trySignIn(PHONE, password);
  client.token = tokens.accessToken;
  await client.run(ChangePasswordDocument, {
    input: { currentPassword: password, newPassword: 'a long and lonely whale' },
  });
  await expect.poll(() => smsc.texts.at(-1)).toBe('Your password was changed. Not you? Get a new one by SMS');
});

test('nobody’s number gets no SMS', async () => {
  const input = { phoneNumber: '+79160000099', ...(await client.solveCaptcha()) };
  await client.run(RequestSmsPasswordDocument, { input });
  await receive(1);
  expect(smsc.submitted.map(({ to }) => to)).toEqual(['79160000001']);
});
