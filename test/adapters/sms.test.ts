import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DevSms, NoSms } from '../../src/adapters/sms/dev-sms.ts';
import { encodingOf, partsOf } from '../../src/sms-encoding.ts';
import { type SmppOptions, SmppSms } from '../../src/adapters/sms/smpp-sms.ts';
import type { PhoneNumber } from '../../src/phone-number.ts';
import type { Sms, SmsOutcome, SmsReceipt } from '../../src/ports/sms.ts';
import { MovableClock } from '../support/clock.ts';
import { Smsc } from '../support/smsc.ts';

const NUMBER = '+79160000001' as PhoneNumber;
const TIMINGS: SmppOptions['timings'] = {
  answerMs: 10_000,
  enquireMs: 60_000,
  reconnectMs: { first: 20, last: 50 },
  patienceMs: 5_000,
  throttleMs: { first: 20, last: 40 },
};

let logged: string[];
let log: Logger;
let smsc: Smsc;
const toEnd: (() => unknown)[] = [];
beforeEach(async () => {
  logged = [];
  log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  smsc = await Smsc.start();
  toEnd.push(() => smsc.stop());
});
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end();
});

function connect(timings: SmppOptions['timings'] = {}, window = 10): SmppSms {
  const sms = new SmppSms({
    url: smsc.url,
    sender: 'Operator',
    random: { below: randomInt },
    log,
    window,
    timings: { ...TIMINGS, ...timings },
  });
  toEnd.push(() => sms.close());
  return sms;
}
const message = (text: string) => ({ to: NUMBER, text, validitySeconds: 600 });
const send = (sms: Sms, text = 'Пароль № 1: ABCDEFGH') => sms.send(message(text));

describe.each(['SMPP', 'the developer tools'])('an SMS by %s', (name) => {
  let sms: Sms;
  let arrived: () => Promise<string[]>;
  beforeEach(() => {
    if (name === 'SMPP') {
      sms = connect();
      arrived = async () => smsc.texts;
      return;
    }
    const dir = mkdtempSync(join(tmpdir(), 'internet-assistant-sms-'));
    toEnd.push(() => rmSync(dir, { recursive: true }));
    const dev = new DevSms(dir, 'Operator', new MovableClock(), log);
    sms = dev;
    arrived = async () => (await dev.sent(NUMBER)).map(({ text }) => text).toReversed();
  });

  const long = 'Съешь ещё этих мягких французских булок, да выпей чаю. '.repeat(5);
  test.each([
    ['Cyrillic in one segment', 'Пароль № 2: ABCDEFGH. Никому не сообщайте\n@x.ru #ABCDEFGH', 1],
    ['70 characters of it', 'я'.repeat(70), 1],
    ['71 characters of it', 'я'.repeat(71), 2],
    ['Latin with what takes two septets', 'Price: 5€ [net] {a|b} ~ \\ ^', 1],
    ['160 septets', `${'a'.repeat(158)}€`, 1],
    ['161 septets', `${'a'.repeat(159)}€`, 2],
    ['an extension character at the border of two parts', `${'a'.repeat(152)}€${'b'.repeat(20)}`, 2],
    ['a long text', long, Math.ceil(long.length / 67)],
    ['an emoji at the border of two parts', `${'я'.repeat(66)}😀${'я'.repeat(20)}`, 2],
  ])('arrives whole: %s', async (_what, text, segments) => {
    const outcome = await send(sms, text);
    expect(outcome.outcome).toBe('ACCEPTED');
    expect(await arrived()).toEqual([text]);
    expect(encodingOf(text).segments).toBe(segments);
    expect(new Set(outcome.outcome === 'ACCEPTED' ? outcome.ids : []).size).toBe(
      name === 'SMPP' ? segments : 1,
    );
  });

  test('is followed by a receipt under its id', async () => {
    const receipts: SmsReceipt[] = [];
    sms.onReceipt(async (receipt) => void receipts.push(receipt));
    const outcome = await send(sms);
    const [id] = outcome.outcome === 'ACCEPTED' ? outcome.ids : [];
    if (name === 'SMPP')
      smsc.bringReceipt(
        `id:${id} sub:001 dlvrd:001 submit date:2611 done date:2611 stat:DELIVRD err:000 text:`,
      );
    await expect.poll(() => receipts).toEqual([{ id, state: 'DELIVERED' }]);
  });

  test('shows neither number nor text in the log', async () => {
    await send(sms, 'Пароль № 1: ABCDEFGH');
    expect(logged.join('')).not.toMatch(/9160000001|ABCDEFGH|very secret|very%20secret/);
  });
});

test('no part is longer than it may be, whatever the text', () => {
  for (const text of ['€'.repeat(400), '😀'.repeat(200), `a€`.repeat(300), 'я😀'.repeat(100)]) {
    const { encoding, parts } = partsOf(text);
    expect(parts.join('')).toBe(text);
    for (const part of parts)
      expect(
        encoding === 'UCS2' ? part.length : part.length + part.split('€').length - 1,
      ).toBeLessThanOrEqual(encoding === 'UCS2' ? 67 : 153);
  }
});

test('the developer tools’ file that cannot be written is a refusal, not an error', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'internet-assistant-sms-'));
  toEnd.push(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'file'), '');
  const dev = new DevSms(join(dir, 'file'), 'Operator', new MovableClock(), log);
  expect((await send(dev)).outcome).toBe('REFUSED');
});

test('where nobody may look, an SMS goes nowhere, and that is said', async () => {
  expect(await new NoSms(log).send()).toMatchObject({ outcome: 'REFUSED' });
  expect(logged.join('')).toContain('an SMS went nowhere');
});

describe('over SMPP', () => {
  test('a message says who sends it, how long it is good for, and wants a receipt', async () => {
    await send(connect());
    expect(smsc.submitted[0]).toMatchObject({
      to: '79160000001',
      from: 'Operator',
      fromTon: 5,
      dataCoding: 8,
      esmClass: 0,
      validity: '10 min',
      wantsReceipt: true,
    });
  });

  test('a refused bind is tried again until it is granted', async () => {
    smsc.refuseBinds = 3;
    expect((await send(connect())).outcome).toBe('ACCEPTED');
    expect(smsc.binds).toBe(4);
    expect(logged.join('')).toContain('ESME_RBINDFAIL');
  });

  test('an SMSC that is not there yet is waited for', async () => {
    const { port } = new URL(smsc.url);
    await smsc.stop();
    const sms = connect();
    const sent = send(sms);
    await expect.poll(() => logged.join('')).toContain('the SMSC cannot be had');
    smsc = await Smsc.start(Number(port));
    expect((await sent).outcome).toBe('ACCEPTED');
  });

  test.each(['smpp', 'smpps'])(
    'one that takes the %s connection and says nothing is given up, and the message given back',
    async (protocol) => {
      const mute = createServer(() => {}).listen(0, '127.0.0.1');
      toEnd.push(() => mute.close());
      await new Promise((resolve) => mute.once('listening', resolve));
      const { port } = mute.address() as { port: number };
      const url = `${protocol}://operator:very%20secret@127.0.0.1:${port}`;
      const options = { url, sender: 'Operator', random: { below: randomInt }, log, window: 10 };
      const sms = new SmppSms({ ...options, timings: { ...TIMINGS, answerMs: 100, patienceMs: 3_000 } });
      toEnd.push(() => sms.close());
      expect(await send(sms)).toEqual({ outcome: 'REFUSED', reason: 'no link to the SMSC' });
      // Tried again and again, not waited for
      const tries = logged.filter((line) => line.includes('the SMSC cannot be had'));
      expect(tries.length).toBeGreaterThan(1);
    },
  );

  test.each(['throttle', 'queue full'] as const)(
    '%s slows it down, and the message goes again',
    async (reaction) => {
      smsc.reactions.push(reaction, reaction, reaction);
      const sms = connect();
      expect((await send(sms)).outcome).toBe('ACCEPTED');
      expect(smsc.submitted).toHaveLength(4);
      expect(smsc.texts).toHaveLength(1);
      smsc.reactions.push(...Array.from({ length: 5 }, () => reaction));
      const many = await Promise.all(Array.from({ length: 30 }, (_, i) => send(sms, `Текст ${i}`)));
      expect(new Set(many.map(({ outcome }) => outcome))).toEqual(new Set(['ACCEPTED']));
      expect(new Set(smsc.texts).size).toBe(31);
      expect(smsc.texts).toHaveLength(31);
    },
  );

  test('an SMSC that stays too busy gets the message no more, and it is given back', async () => {
    smsc.reactions.push(...Array.from({ length: 200 }, () => 'throttle' as const));
    expect(await send(connect({ patienceMs: 300 }))).toEqual({
      outcome: 'REFUSED',
      reason: 'ESME_RTHROTTLED',
    });
  });

  test('what the SMSC refuses for good is given back at once, by its reason', async () => {
    smsc.reactions.push('invalid');
    expect(await send(connect())).toEqual({ outcome: 'REFUSED', reason: 'ESME_RINVDSTADR' });
    expect(smsc.submitted).toHaveLength(1);
  });

  test('a submit without an answer is unknown and never goes again, and a late answer does no harm', async () => {
    smsc.reactions.push('late');
    const sms = connect({ answerMs: 400 });
    expect(await send(sms, 'один')).toEqual({ outcome: 'UNKNOWN' });
    smsc.answerLate();
    expect((await send(sms, 'два')).outcome).toBe('ACCEPTED');
    smsc.reactions.push('silent');
    expect(await send(sms, 'три')).toEqual({ outcome: 'UNKNOWN' });
    expect(smsc.submitted).toHaveLength(3);
    expect(smsc.binds).toBe(1);
  });

  test('a part of several that is refused or lost leaves the whole unknown', async () => {
    const sms = connect();
    smsc.reactions.push('accept', 'invalid');
    expect(await send(sms, 'я'.repeat(200))).toEqual({ outcome: 'UNKNOWN' });
    smsc.reactions.push('invalid');
    expect(await send(sms, 'я'.repeat(200))).toMatchObject({ outcome: 'REFUSED' });
  });

  test('a link that drops in mid-window: what was on its way is unknown, what waited goes out, nothing twice', async () => {
    const sms = connect({}, 4);
    await send(sms, 'first');
    const holding = Promise.withResolvers<void>();
    smsc.hold = holding.promise;
    smsc.reactions.push('accept', 'accept', 'drop');
    const texts = Array.from({ length: 12 }, (_, i) => `Текст ${i}`);
    const sending = texts.map((text) => send(sms, text));
    await expect.poll(() => smsc.submitted.length).toBe(5);
    smsc.hold = undefined;
    holding.resolve();
    const outcomes = (await Promise.all(sending)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'REFUSED')).toEqual([]);
    expect(outcomes.filter((outcome) => outcome === 'UNKNOWN').length).toBeGreaterThan(0);
    const seen = smsc.submitted.map(({ bytes }) => bytes.toString('hex'));
    expect(new Set(seen).size).toBe(seen.length);
    const accepted = texts.filter((_text, i) => outcomes[i] === 'ACCEPTED');
    expect(smsc.texts).toEqual(expect.arrayContaining(accepted));
    expect(accepted.length).toBeGreaterThan(5);
    expect(smsc.binds).toBe(2);
  });

  test.each([
    ['text', undefined],
    ['a PDU that claims two gigabytes', Buffer.from('7fffffff0000000400000000000000010000', 'hex')],
    ['a PDU of five bytes', Buffer.from('0000000500', 'hex')],
    ['a PDU cut off in its fields', Buffer.from('000000148000000400000000000000014142434400000014', 'hex')],
    ['a response that nobody asked for', Buffer.from('0000001180000004000000000000fff900', 'hex')],
    ['noughts', Buffer.alloc(64)],
    ['a TLV longer than its PDU', Buffer.from('0000001a0000000500000000000000010000000000001e00ff00', 'hex')],
  ])('garbage does not harm the process, and messages go out after it: %s', async (_name, bytes) => {
    const sms = connect({ enquireMs: 100 });
    await send(sms, 'before');
    smsc.babble(bytes);
    await expect
      .poll(async () => (await send(sms, `after ${smsc.submitted.length}`)).outcome)
      .toBe('ACCEPTED');
  });

  test('garbage in place of an answer leaves the message unknown', async () => {
    const sms = connect();
    smsc.reactions.push('garbage');
    expect(await send(sms)).toEqual({ outcome: 'UNKNOWN' });
    expect((await send(sms, 'next')).outcome).toBe('ACCEPTED');
    expect(smsc.submitted).toHaveLength(2);
  });

  test('a link that has gone silent is noticed by asking, and made anew', async () => {
    const sms = connect({ enquireMs: 50, answerMs: 2_000 });
    await send(sms);
    await expect.poll(() => smsc.enquiries).toBeGreaterThan(2);
    expect(smsc.binds).toBe(1);
    smsc.answersEnquiries = false;
    await expect.poll(() => smsc.binds).toBeGreaterThan(1);
    smsc.answersEnquiries = true;
    expect((await send(sms, 'again')).outcome).toBe('ACCEPTED');
  });

  test('it answers when it is asked, and comes back when it is sent away', async () => {
    const sms = connect();
    await send(sms);
    smsc.request('enquire_link');
    smsc.request('query_sm');
    smsc.request('unbind');
    await expect.poll(() => smsc.binds).toBe(2);
    expect((await send(sms, 'again')).outcome).toBe('ACCEPTED');
  });

  test('a message in the moment between the SMSC’s farewell and its hanging up waits for the next link', async () => {
    const sms = connect({ patienceMs: 2_000 });
    await send(sms);
    smsc.request('unbind');
    const sending: Promise<SmsOutcome>[] = [];
    // One in each turn of the event loop, until the link is a new one
    while (smsc.binds < 2) {
      sending.push(send(sms, `Текст ${sending.length}`));
      await nextTurn();
    }
    const outcomes = (await Promise.all(sending)).map(({ outcome }) => outcome);
    expect(outcomes).not.toContain('REFUSED');
  });

  test('an SMSC that takes leave and never hangs up is left', async () => {
    smsc.keepsOpen = true;
    const sms = connect({ enquireMs: 50 });
    await send(sms);
    smsc.request('unbind');
    await expect.poll(() => smsc.binds).toBe(2);
    expect((await send(sms, 'again')).outcome).toBe('ACCEPTED');
  });

  test('no more messages are unanswered at once than the window allows', async () => {
    const sms = connect({ answerMs: 5_000 }, 3);
    const holding = Promise.withResolvers<void>();
    smsc.hold = holding.promise;
    const sending = Array.from({ length: 20 }, (_, i) => send(sms, `Текст ${i}`));
    await expect.poll(() => smsc.submitted.length).toBe(3);
    smsc.hold = undefined;
    holding.resolve();
    expect((await Promise.all(sending)).every(({ outcome }) => outcome === 'ACCEPTED')).toBe(true);
    expect(smsc.mostUnanswered).toBe(3);
  });

  test('as many may wait for their answer as the window is wide, without a warning of leaks', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error) => void warnings.push(warning);
    process.on('warning', hear);
    toEnd.push(() => process.off('warning', hear));
    const sms = connect({ answerMs: 5_000 }, 30);
    const holding = Promise.withResolvers<void>();
    smsc.hold = holding.promise;
    const sending = Array.from({ length: 30 }, (_, i) => send(sms, `Текст ${i}`));
    await expect.poll(() => smsc.submitted.length).toBe(30);
    holding.resolve();
    await Promise.all(sending);
    expect(warnings).toEqual([]);
  });

  test('a receipt that cannot be recorded yet is brought again', async () => {
    const sms = connect();
    await send(sms);
    smsc.bringReceipt('id:id-1 stat:UNDELIV err:001');
    await expect.poll(() => smsc.receiptAnswers).toContain(0x64);
    const receipts: SmsReceipt[] = [];
    let refusals = 2;
    sms.onReceipt(async (receipt) => {
      if (refusals-- > 0) throw new Error('the database is away');
      receipts.push(receipt);
    });
    await expect.poll(() => receipts).toEqual([{ id: 'id-1', state: 'UNDELIVERABLE' }]);
    expect(smsc.receiptAnswers.at(-1)).toBe(0);
  });

  test('a receipt is read from its own fields before its text; what a subscriber writes is no receipt', async () => {
    const sms = connect();
    const receipts: SmsReceipt[] = [];
    sms.onReceipt(async (receipt) => void receipts.push(receipt));
    await send(sms);
    smsc.bringReceipt('', { receipted_message_id: 'id-7', message_state: 3 });
    smsc.bringReceipt('id:id-9 stat:DELIVRD', { esm_class: 0 });
    smsc.bringReceipt('nothing to read');
    smsc.bringReceipt('id:id-8 stat:REJECTD');
    await expect.poll(() => smsc.receiptAnswers).toEqual([0, 0, 0, 0]);
    expect(receipts).toEqual([
      { id: 'id-7', state: 'EXPIRED' },
      { id: 'id-8', state: 'REJECTED' },
    ]);
  });

  test('closing waits for the answers that are due, and sends nothing more', async () => {
    const sms = connect({ answerMs: 3_000 });
    const holding = Promise.withResolvers<void>();
    smsc.hold = holding.promise;
    const sent = send(sms);
    await expect.poll(() => smsc.submitted.length).toBe(1);
    const closed = sms.close();
    expect(await send(sms, 'too late')).toEqual({ outcome: 'REFUSED', reason: 'closing' });
    holding.resolve();
    expect((await sent).outcome).toBe('ACCEPTED');
    await closed;
    expect(smsc.submitted).toHaveLength(1);
  });

  test('after all of it the log holds no number, text or password', async () => {
    smsc.refuseBinds = 1;
    smsc.reactions.push('throttle', 'invalid', 'garbage', 'drop', 'silent');
    const sms = connect({ answerMs: 400 });
    for (let i = 0; i < 6; i++) await send(sms, `Пароль № ${i}: ABCDEFGH`);
    smsc.bringReceipt('id:id-1 stat:DELIVRD text:ABCDEFGH');
    await expect.poll(() => smsc.receiptAnswers.length).toBeGreaterThan(0);
    expect(logged.length).toBeGreaterThan(3);
    expect(logged.join('')).not.toMatch(/9160000001|ABCDEFGH|very/);
  });
});
