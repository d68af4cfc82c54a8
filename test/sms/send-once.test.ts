import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PhoneNumber } from '../../src/phone-number.ts';
import type { Sms, SmsMessage, SmsOutcome } from '../../src/ports/sms.ts';
import { sendOnce } from '../../src/sms/send-once.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false });
});
afterAll(() => product.stop());

/** An SMSC that says, one after the other, what it is told to; an error: its adapter broke. */
let says: (SmsOutcome | Error)[];
let handedOver: string[];
let composed: number;
beforeEach(() => {
  [says, handedOver, composed] = [[], [], 0];
});
const sms: Sms = {
  send: async ({ text }: SmsMessage) => {
    handedOver.push(text);
    const word = says.shift() ?? { outcome: 'ACCEPTED', ids: [`id of ${text}`] };
    if (word instanceof Error) throw word;
    return word;
  },
  onReceipt: () => {},
  close: async () => {},
};
const send = (id: string, fault?: Error) =>
  sendOnce({ ...product.app, sms }, id, async () => {
    composed++;
    if (fault) throw fault;
    return { to: '+79160000001' as PhoneNumber, text: `text ${composed}`, validitySeconds: 600 };
  });
const stateOf = async (id: string) =>
  (await product.app.db.sentSms.findUniqueOrThrow({ where: { id } })).state;

test('twenty at once hand a message over once, and all but that one learn what became of it', async () => {
  const id = randomUUID();
  await Promise.all(Array.from({ length: 20 }, () => send(id)));
  expect(handedOver).toHaveLength(1);
  expect(await send(id)).toBe(true);
  expect(handedOver).toHaveLength(1);
});

test('what the SMSC refused goes again, made anew', async () => {
  const id = randomUUID();
  says.push({ outcome: 'REFUSED', reason: 'ESME_RSYSERR' });
  await expect(send(id)).rejects.toThrow('ESME_RSYSERR');
  expect(await send(id)).toBe(true);
  expect(handedOver).toEqual(['text 1', 'text 2']);
});

test('what may have been taken never goes again', async () => {
  const id = randomUUID();
  says.push({ outcome: 'UNKNOWN' });
  for (let i = 0; i < 3; i++) expect(await send(id)).toBe(false);
  expect(handedOver).toEqual(['text 1']);
  expect(await stateOf(id)).toBe('HANDED');
});

test('an adapter that breaks in the middle counts as “may have been taken”', async () => {
  const id = randomUUID();
  says.push(new Error('broke after the first part'));
  await expect(send(id)).rejects.toThrow('broke');
  expect(await send(id)).toBe(false);
  expect(handedOver).toHaveLength(1);
});

test('a message that could not be composed was taken by nobody, and goes again', async () => {
  const id = randomUUID();
  await expect(send(id, new Error('the database is away'))).rejects.toThrow('not composed');
  expect(handedOver).toEqual([]);
  expect(await send(id)).toBe(true);
});
