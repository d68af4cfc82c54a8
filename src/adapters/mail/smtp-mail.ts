import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import type { Clock } from '../../ports/clock.ts';
import type { Mail, MailAttachment, MailMessage, MailOutcome } from '../../ports/mail.ts';
import { addressIn, isAddress } from './address.ts';

interface Timings {
  connectMs: number;
  /** The longest silence of the server; RFC 5321, 4.5.3.2, asks for patience. */
  idleMs: number;
  wholeMs: number;
}

const TIMINGS: Timings = { connectMs: 10_000, idleMs: 300_000, wholeMs: 900_000 };

export interface SmtpMailOptions {
  /** smtp://user:password@host:587, or smtps:// with TLS from the first byte. */
  url: string;
  /** "Name <address>", or an address alone. */
  from: string;
  clock: Clock;
  log: Logger;
  timings?: Partial<Timings>;
  /** Certificates to trust in place of the usual ones. */
  ca?: string;
}

/** What nodemailer says of a failure. */
interface SmtpError {
  code?: string;
  command?: string;
  responseCode?: number;
  response?: string;
}

/** The commands whose refusal is about this mail, not about us or the server's state. */
const ABOUT_THE_MAIL = ['MAIL FROM', 'RCPT TO', 'DATA'];

/** Hands mail to a server by SMTP (RFC 5321), one connection for each. */
export class SmtpMail implements Mail {
  readonly #options: SmtpMailOptions;
  readonly #timings: Timings;

  constructor(options: SmtpMailOptions) {
    this.#options = options;
    this.#timings = { ...TIMINGS, ...options.timings };
  }

  async send(mail: MailMessage): Promise<MailOutcome> {
    if (!isAddress(mail.to)) return { outcome: 'REFUSED', reason: 'not an address', permanent: true };
    const handing = { complete: false };
    try {
      await this.#hand(mail, handing);
      return { outcome: 'ACCEPTED' };
    } catch (error) {
      const outcome = outcomeOf(error as SmtpError, handing.complete);
      this.#options.log.warn({ outcome }, 'the mail server did not take a mail');
      return outcome;
    }
  }

  /** Rejects unless the server has taken the mail; `complete`: it may have, all of it was on its way. */
  async #hand(
    { id, to, subject, text, attachments }: MailMessage,
    handing: { complete: boolean },
  ): Promise<void> {
    const from = addressIn(this.#options.from);
    const transport = createTransport(this.#connection());
    transport.use('stream', (mail, done) => {
      mail.message.transform(() => watchEnd(() => (handing.complete = true)));
      done();
    });
    await transport.sendMail({
      messageId: messageId(id, from),
      date: this.#options.clock.now(),
      from: this.#options.from,
      to: { name: '', address: to },
      envelope: { from, to: [to] },
      subject,
      text,
      headers: { 'Auto-Submitted': 'auto-generated' },
      attachments: attachments.map(({ filename, contentType, content }) => ({
        filename,
        contentType,
        content: Readable.from(opened(content)),
      })),
      disableFileAccess: true,
      disableUrlAccess: true,
      signal: AbortSignal.timeout(this.#timings.wholeMs),
    });
  }

  #connection() {
    const { protocol, hostname, port, username, password } = new URL(this.#options.url);
    const { connectMs, idleMs } = this.#timings;
    const host = hostname.replace(/^\[|\]$/g, '');
    const secure = protocol === 'smtps:';
    const auth = username
      ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
      : undefined;
    return {
      host,
      port: Number(port) || (secure ? 465 : 587),
      secure,
      auth,
      // A password crosses no network in clear
      requireTLS: !secure && auth !== undefined && !isLoopback(host),
      dnsTimeout: connectMs,
      connectionTimeout: connectMs,
      greetingTimeout: Math.min(idleMs, 30_000),
      socketTimeout: idleMs,
      tls: this.#options.ca ? { ca: this.#options.ca } : {},
    };
  }
}

/** Opens the content when it is first read: a store does not wait for a mail server. */
async function* opened(content: MailAttachment['content']): AsyncGenerator<Uint8Array> {
  yield* await content();
}

const watchEnd = (ended: () => void): PassThrough =>
  new PassThrough({
    flush(done) {
      ended();
      done();
    },
  });

/** The same for the same id, and telling nothing of it. */
const messageId = (id: string, from: string): string =>
  `<${createHash('sha256').update(id).digest('hex').slice(0, 40)}@${from.split('@').at(-1)}>`;

function outcomeOf({ code, command, responseCode, response }: SmtpError, complete: boolean): MailOutcome {
  if (responseCode) {
    // RFC 3463: the enhanced code says more, and unlike the text it names nobody
    const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})/.exec(response ?? '')?.[1];
    const reason = enhanced ? `${responseCode} ${enhanced}` : `${responseCode}`;
    return {
      outcome: 'REFUSED',
      reason,
      permanent: responseCode >= 500 && ABOUT_THE_MAIL.includes(command ?? ''),
    };
  }
  if (complete) return { outcome: 'UNKNOWN' };
  return { outcome: 'REFUSED', reason: code ?? 'the mail could not be sent', permanent: false };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');
