import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import type { Clock } from '../../ports/clock.ts';
import type { Mail, MailAttachment, MailMessage, MailOutcome } from '../../ports/mail.ts';
import { readShown } from '../shown.ts';
import { isAddress } from './address.ts';

interface ShownAttachment {
  filename: string;
  contentType: string;
  size: number;
  sha256: string;
  /** Where the developer tools give it out. */
  path: string;
}

/** A mail as the developer tools show it. */
export interface ShownMail {
  id: string;
  to: string;
  from: string;
  subject: string;
  text: string;
  attachments: ShownAttachment[];
  at: string;
}

const SHOWN_AT = '/dev/mail/';

/** For development: mail goes into files that every process on the folder can show. */
export class DevMail implements Mail {
  readonly #dir: string;
  readonly #from: string;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(dir: string, from: string, clock: Clock, log: Logger) {
    this.#dir = join(dir, 'mail');
    this.#from = from;
    this.#clock = clock;
    this.#log = log;
  }

  async send({ id, to, subject, text, attachments }: MailMessage): Promise<MailOutcome> {
    if (!isAddress(to)) return { outcome: 'REFUSED', reason: 'not an address', permanent: true };
    try {
      await mkdir(this.#dir, { recursive: true, mode: 0o700 });
      const shown: ShownMail = {
        id,
        to,
        from: this.#from,
        subject: subject.replaceAll(/[\r\n]+/g, ' '),
        text,
        attachments: await Promise.all(attachments.map((attachment) => this.#store(attachment))),
        at: this.#clock.now().toISOString(),
      };
      await appendFile(this.#list, `${JSON.stringify(shown)}\n`, { mode: 0o600 });
    } catch (err) {
      this.#log.warn({ err }, 'a mail could not be put down');
      return { outcome: 'REFUSED', reason: 'the mail could not be put down', permanent: false };
    }
    this.#log.info({ attachments: attachments.length }, 'a mail was sent: see /dev/mail');
    return { outcome: 'ACCEPTED' };
  }

  /** What was sent, newest first. */
  sent = (to?: string): Promise<ShownMail[]> => readShown(this.#list, to);

  /** The attachment that is shown at that path. */
  async attachment(path: string): Promise<{ contentType: string; content: Readable } | undefined> {
    for (const { attachments } of await this.sent())
      for (const { path: shownAt, contentType } of attachments)
        if (shownAt === path) return { contentType, content: createReadStream(this.#file(path)) };
    return undefined;
  }

  get #list(): string {
    return join(this.#dir, 'mail.jsonl');
  }

  #file(path: string): string {
    return join(this.#dir, path.slice(SHOWN_AT.length));
  }

  async #store({ filename, contentType, content }: MailAttachment): Promise<ShownAttachment> {
    const path = SHOWN_AT + randomUUID();
    const hash = createHash('sha256');
    const file = createWriteStream(this.#file(path), { mode: 0o600 });
    await pipeline(
      await content(),
      async function* hashed(chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      file,
    );
    return { filename, contentType, size: file.bytesWritten, sha256: hash.digest('hex'), path };
  }
}

/** Where nobody may look at it, development mail goes nowhere. */
export class NoMail implements Mail {
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  async send(): Promise<MailOutcome> {
    const reason = 'MAIL_URL is dev: and DEV_TOOLS is off';
    this.#log.warn({ reason }, 'a mail went nowhere');
    return { outcome: 'REFUSED', reason, permanent: true };
  }
}
