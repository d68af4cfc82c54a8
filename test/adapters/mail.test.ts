import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Logger, pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DevMail, NoMail } from '../../src/adapters/mail/dev-mail.ts';
import { SmtpMail, type SmtpMailOptions } from '../../src/adapters/mail/smtp-mail.ts';
import type { Mail, MailMessage, MailOutcome } from '../../src/ports/mail.ts';
import { MovableClock } from '../support/clock.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { Smtp } from '../support/smtp.ts';

const FROM = 'Оператор «Связь» <no-reply@operator.example>';
const TIMINGS = { connectMs: 10_000, idleMs: 15_000, wholeMs: 19_000 };
/** Where silence is what is waited for. */
const IMPATIENT = { ...TIMINGS, idleMs: 1_000 };
const ACCEPTED: MailOutcome = { outcome: 'ACCEPTED' };
const toEnd: (() => unknown)[] = [];
let logged: string[];
let log: Logger;
beforeEach(() => {
  logged = [];
  log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
});
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end();
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const attached = (bytes: Buffer, filename = 'detail.pdf', contentType = 'application/pdf') => ({
  filename,
  contentType,
  async *content() {
    for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
  },
});
const mailOf = (given: Partial<MailMessage> = {}): MailMessage => ({
  id: 'detail-order-17',
  to: 'anna@example.ru',
  subject: 'Детализация за март',
  text: 'Здравствуйте!\nФайл приложен.',
  attachments: [],
  ...given,
});

/** A mail as whoever gets it sees it. */
interface Seen {
  to: string;
  subject: string;
  text: string;
  attachments: { filename: string; contentType: string; sha256: string }[];
}

async function smtpServer(security?: 'tls' | 'starttls' | 'none'): Promise<Smtp> {
  const smtp = await Smtp.start(security);
  toEnd.push(() => smtp.stop());
  return smtp;
}
const through = (smtp: Smtp, options: Partial<SmtpMailOptions> = {}): SmtpMail =>
  new SmtpMail({
    url: smtp.url(),
    from: FROM,
    clock: new MovableClock(),
    log,
    timings: TIMINGS,
    ca: smtp.certificate,
    ...options,
  });

describe.each(['SMTP', 'the developer tools'])('mail by %s', (way) => {
  let mail: Mail;
  let seen: () => Promise<Seen[]>;
  beforeEach(async () => {
    if (way === 'SMTP') {
      const smtp = await smtpServer();
      mail = through(smtp);
      seen = async () =>
        smtp.received.map(({ to, parsed }) => ({
          to: to.join(),
          subject: parsed.subject!,
          text: parsed.text!.trimEnd(),
          attachments: parsed.attachments.map(({ filename, contentType, content }) => ({
            filename: filename as string,
            contentType,
            sha256: sha256(content),
          })),
        }));
      return;
    }
    const dir = mkdtempSync(join(tmpdir(), 'internet-assistant-mail-'));
    toEnd.push(() => rmSync(dir, { recursive: true }));
    const dev = new DevMail(dir, FROM, new MovableClock(), log);
    mail = dev;
    seen = async () => {
      const shown = await dev.sent();
      return Promise.all(
        shown.toReversed().map(async ({ to, subject, text, attachments }) => ({
          to,
          subject,
          text,
          attachments: await Promise.all(
            attachments.map(async ({ filename, contentType, path }) => ({
              filename,
              contentType,
              sha256: sha256(await buffer((await dev.attachment(path))!.content)),
            })),
          ),
        })),
      );
    };
  });

  test('arrives as it was sent, Cyrillic in all of its parts', async () => {
    const bytes = Buffer.from('тело файла');
    const file = attached(bytes, 'Детализация за март — Волкова-Щёголева Ольга Николаевна.pdf');
    expect(await mail.send(mailOf({ attachments: [file] }))).toEqual(ACCEPTED);
    expect(await seen()).toEqual([
      {
        to: 'anna@example.ru',
        subject: 'Детализация за март',
        text: 'Здравствуйте!\nФайл приложен.',
        attachments: [{ filename: file.filename, contentType: 'application/pdf', sha256: sha256(bytes) }],
      },
    ]);
  });

  test.each([
    ['random bytes', randomBytes(3_000_000), 'application/octet-stream'],
    ['lines that begin with dots, and bare ends of line', Buffer.from('.\r\n..\n.\r.\r\n\r\n.'), 'text/csv'],
    ['nothing', Buffer.alloc(0), 'text/html'],
    ['one very long line', Buffer.from('ы'.repeat(100_000)), 'application/xml'],
  ])('brings an attachment byte for byte: %s', async (_what, bytes, contentType) => {
    await mail.send(
      mailOf({ attachments: [attached(bytes, 'a', contentType), attached(bytes, 'b', contentType)] }),
    );
    const [{ attachments } = { attachments: [] }] = await seen();
    expect(attachments).toEqual(
      ['a', 'b'].map((filename) => ({ filename, contentType, sha256: sha256(bytes) })),
    );
  });

  test.each([
    'anna@example.ru\r\nBcc: eve@example.org',
    'anna@example.ru, eve@example.org',
    'anna@example.ru eve@example.org',
    '<anna@example.ru>',
    '"anna"@example.ru',
    'anna@example.ru>\r\nRCPT TO:<eve@example.org',
    'anna@@example.ru',
    'anna',
    '',
    'anna@example.ru\0',
  ])('goes to one address only: %j is none', async (to) => {
    expect(await mail.send(mailOf({ to }))).toEqual({
      outcome: 'REFUSED',
      reason: 'not an address',
      permanent: true,
    });
    expect(await seen()).toEqual([]);
  });

  test('has no header but its own, whatever stands in the subject and in file names', async () => {
    const trick = 'Hello\r\nBcc: eve@example.org\r\n\r\nAnother body';
    await mail.send(mailOf({ subject: trick, attachments: [attached(Buffer.from('x'), `${trick}.pdf`)] }));
    const [first, ...others] = await seen();
    expect(others).toEqual([]);
    expect(first!.to).toBe('anna@example.ru');
    expect(first!.subject).toMatch(/^Hello Bcc: eve@example.org\s+Another body$/);
    expect(first!.text).toBe('Здравствуйте!\nФайл приложен.');
  });

  test('that cannot read its attachment is refused, may be sent again, and is not sent in part', async () => {
    const unreadable = {
      ...attached(Buffer.alloc(0)),
      async *content() {
        yield randomBytes(200_000);
        throw new Error('the store broke off');
      },
    };
    const refused = { outcome: 'REFUSED', permanent: false };
    expect(await mail.send(mailOf({ attachments: [unreadable] }))).toMatchObject(refused);
    const unopened = { ...unreadable, content: () => Promise.reject(new Error('no such file')) };
    expect(await mail.send(mailOf({ attachments: [unopened] }))).toMatchObject(refused);
    expect(await seen()).toEqual([]);
  });

  test('shows neither address nor text in the log', async () => {
    await mail.send(mailOf());
    expect(logged.join('')).not.toMatch(/anna|example\.ru|Здравствуйте|Детализация/);
  });
});

test('where nobody may look, a mail goes nowhere, and that is said', async () => {
  expect(await new NoMail(log).send()).toMatchObject({ outcome: 'REFUSED' });
  expect(logged.join('')).toContain('a mail went nowhere');
});

test('the developer tools show what was sent to whom, newest first, with its sender and its time', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'internet-assistant-mail-'));
  toEnd.push(() => rmSync(dir, { recursive: true }));
  const dev = new DevMail(dir, FROM, new MovableClock(), log);
  for (const [to, subject] of [
    ['a@x.ru', '1'],
    ['b@x.ru', '2'],
    ['a@x.ru', '3'],
  ] as const)
    await dev.send(mailOf({ to, subject }));
  expect((await dev.sent()).map(({ subject }) => subject)).toEqual(['3', '2', '1']);
  expect((await dev.sent('a@x.ru')).map(({ subject }) => subject)).toEqual(['3', '1']);
  expect((await dev.sent())[0]).toMatchObject({
    from: FROM,
    id: 'detail-order-17',
    at: expect.stringMatching(/Z$/),
  });
  expect(await dev.attachment('/dev/mail/mail.jsonl')).toBeUndefined();
  expect(await dev.attachment('/dev/mail/../../secrets.json')).toBeUndefined();
});

describe('by SMTP', () => {
  test('a repetition is recognised by its Message-ID, which tells nothing', async () => {
    const smtp = await smtpServer();
    for (const id of ['detail-order-17', 'detail-order-17', 'detail-order-18\r\nX: y'])
      expect(await through(smtp).send(mailOf({ id }))).toEqual(ACCEPTED);
    const [first, second, third] = smtp.received.map(({ parsed }) => parsed.messageId!);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    for (const id of [first, third]) expect(id).toMatch(/^<[0-9a-f]{40}@operator\.example>$/);
  });

  test('it comes from the operator, as what a machine sends by itself', async () => {
    const smtp = await smtpServer();
    await through(smtp).send(mailOf());
    const [{ from, parsed }] = smtp.received as [(typeof smtp.received)[number]];
    expect(from).toBe('no-reply@operator.example');
    expect(parsed.from!.value).toEqual([{ name: 'Оператор «Связь»', address: 'no-reply@operator.example' }]);
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
  });

  test.each([
    [{ at: 'RCPT', answer: '550 5.1.1 <anna@example.ru> is nobody' }, '550 5.1.1', true],
    [{ at: 'RCPT', answer: '451 4.7.1 Greylisted, come back' }, '451 4.7.1', false],
    [{ at: 'MAIL', answer: '452 4.3.1 Full' }, '452 4.3.1', false],
    [{ at: 'DATA', answer: '554 5.7.1 Looks like spam for anna@example.ru' }, '554 5.7.1', true],
    [{ at: 'DATA', answer: '421 Closing down' }, '421', false],
  ] as const)('a refusal is one, by its code alone: %j', async (reaction, reason, permanent) => {
    const smtp = await smtpServer();
    smtp.reactions.push(reaction);
    expect(await through(smtp).send(mailOf())).toEqual({ outcome: 'REFUSED', reason, permanent });
    expect(smtp.received).toEqual([]);
    expect(await through(smtp).send(mailOf())).toEqual(ACCEPTED);
    expect(logged.join('')).not.toMatch(/anna|example\.ru/);
  });

  test('a connection that breaks within the mail leaves it refused: the server has no end of it', async () => {
    const smtp = await smtpServer();
    smtp.reactions.push('drop in data');
    const large = attached(randomBytes(12_000_000));
    expect(await through(smtp).send(mailOf({ attachments: [large] }))).toMatchObject({
      outcome: 'REFUSED',
      permanent: false,
    });
    expect(smtp.received).toEqual([]);
  });

  test.each(['drop after data', 'silent after data'] as const)(
    'after the end of the mail, "%s" leaves it unknown',
    async (reaction) => {
      const smtp = await smtpServer();
      smtp.reactions.push(reaction);
      expect(await through(smtp, { timings: IMPATIENT }).send(mailOf())).toEqual({ outcome: 'UNKNOWN' });
    },
  );

  test('a server that takes no more within the mail is given up, and the mail refused', async () => {
    const smtp = await smtpServer();
    const proxy = await FaultyProxy.to(smtp.port);
    toEnd.push(() => proxy.stop());
    let given = 0;
    const large = {
      ...attached(Buffer.alloc(0)),
      async *content() {
        for (; given < 400; given++) {
          if (given === 10) proxy.way = 'stall';
          yield Buffer.alloc(100_000);
        }
      },
    };
    const url = smtp.url({ port: proxy.port });
    const outcome = await through(smtp, { url, timings: IMPATIENT }).send(mailOf({ attachments: [large] }));
    expect(outcome).toMatchObject({ outcome: 'REFUSED', permanent: false });
    expect(given).toBeLessThan(400);
  });

  test('nobody listening is a refusal that may pass', async () => {
    const smtp = await Smtp.start();
    const mail = through(smtp);
    await smtp.stop();
    expect(await mail.send(mailOf())).toMatchObject({ outcome: 'REFUSED', permanent: false });
  });

  test.each([
    ['says nothing', () => {}],
    ['says nothing more after its greeting', (socket: Socket) => void socket.write('220 hello\r\n')],
    ['babbles', (socket: Socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['never ends its answer', (socket: Socket) => void socket.write('220-hello\r\n220-'.repeat(100))],
  ])('a server that %s is given up, and the mail refused', async (_what, greet) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      greet(socket);
    }).listen(0, '127.0.0.1');
    toEnd.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const mail = new SmtpMail({
      url: `smtp://localhost:${port}`,
      from: FROM,
      clock: new MovableClock(),
      log,
      timings: IMPATIENT,
    });
    expect(await mail.send(mailOf())).toMatchObject({ outcome: 'REFUSED', permanent: false });
  });

  test('the whole has an end, however busy the server looks', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      const dripping = setInterval(() => socket.write('220-wait\r\n'), 50);
      socket.on('close', () => clearInterval(dripping));
    }).listen(0, '127.0.0.1');
    toEnd.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const mail = new SmtpMail({
      url: `smtp://localhost:${port}`,
      from: FROM,
      clock: new MovableClock(),
      log,
      timings: { connectMs: 20_000, idleMs: 60_000, wholeMs: 800 },
    });
    expect(await mail.send(mailOf())).toMatchObject({ outcome: 'REFUSED', permanent: false });
  });

  test('with a password it signs in; with a wrong one the mail is refused, and may be sent again', async () => {
    const smtp = await smtpServer();
    expect(await through(smtp, { url: smtp.url({ user: Smtp.user }) }).send(mailOf())).toEqual(ACCEPTED);
    expect(await through(smtp, { url: smtp.url({ user: 'operator:wrong' }) }).send(mailOf())).toMatchObject({
      outcome: 'REFUSED',
      permanent: false,
    });
    expect(logged.join('')).not.toMatch(/very|secret|wrong/);
  });

  test('a password is never sent in clear to another machine', async () => {
    const smtp = await smtpServer('none');
    // The way back to this machine that does not look like it
    const url = smtp.url({ user: Smtp.user }).replace('localhost', '[::ffff:127.0.0.1]');
    expect(await through(smtp, { url }).send(mailOf())).toMatchObject({
      outcome: 'REFUSED',
      permanent: false,
    });
    expect(await through(smtp, { url: url.replace(`${Smtp.user}@`, '') }).send(mailOf())).toEqual(ACCEPTED);
  });

  test('smtps speaks TLS with a server that it can trust, and with no other', async () => {
    const smtp = await smtpServer('tls');
    expect(await through(smtp).send(mailOf())).toEqual(ACCEPTED);
    expect(smtp.received[0]!.secure).toBe(true);
    const refused = { outcome: 'REFUSED', permanent: false };
    expect(await through(smtp, { ca: undefined }).send(mailOf())).toMatchObject(refused);
    const plain = await smtpServer('none');
    const url = plain.url().replace('smtp:', 'smtps:');
    expect(await through(plain, { url }).send(mailOf())).toMatchObject(refused);
    expect(plain.received).toEqual([]);
  });

  test('smtp goes over to TLS where it is offered, and only with a server that it can trust', async () => {
    const smtp = await smtpServer('starttls');
    expect(await through(smtp).send(mailOf())).toEqual(ACCEPTED);
    expect(smtp.received[0]!.secure).toBe(true);
    expect(await through(smtp, { ca: undefined }).send(mailOf())).toMatchObject({ outcome: 'REFUSED' });
  });
});
