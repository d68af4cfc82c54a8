import { randomUUID } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../ports/clock.ts';
import type { Sms, SmsMessage, SmsOutcome, SmsReceipt } from '../../ports/sms.ts';
import { readShown } from '../shown.ts';
import { encodingOf, type SmsEncoding } from '../../sms-encoding.ts';

/** An SMS as the developer tools show it. */
export interface ShownSms extends SmsEncoding {
  to: string;
  from: string;
  text: string;
  at: string;
}

/** For development: messages go to the log and into a file that every process on the folder can show. */
export class DevSms implements Sms {
  readonly #file: string;
  readonly #sender: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #recorders: ((receipt: SmsReceipt) => Promise<void>)[] = [];

  constructor(dir: string, sender: string, clock: Clock, log: Logger) {
    this.#file = join(dir, 'sms.jsonl');
    this.#sender = sender;
    this.#clock = clock;
    this.#log = log;
  }

  async send({ to, text }: SmsMessage): Promise<SmsOutcome> {
    const shown: ShownSms = {
      to,
      from: this.#sender,
      text,
      ...encodingOf(text),
      at: this.#clock.now().toISOString(),
    };
    try {
      await mkdir(join(this.#file, '..'), { recursive: true, mode: 0o700 });
      await appendFile(this.#file, `${JSON.stringify(shown)}\n`, { mode: 0o600 });
    } catch (error) {
      return { outcome: 'REFUSED', reason: (error as NodeJS.ErrnoException).code ?? 'not written' };
    }
    const { encoding, segments } = shown;
    this.#log.info({ encoding, segments }, 'an SMS was sent: see /dev/sms');
    const id = randomUUID();
    for (const record of this.#recorders) void record({ id, state: 'DELIVERED' }).catch(() => {});
    return { outcome: 'ACCEPTED', ids: [id] };
  }

  onReceipt(record: (receipt: SmsReceipt) => Promise<void>): void {
    this.#recorders.push(record);
  }

  async close(): Promise<void> {}

  /** What was sent, newest first. */
  sent = (to?: string): Promise<ShownSms[]> => readShown(this.#file, to);
}

/** Where nobody may look at them, development messages go nowhere: a password belongs in no log. */
export class NoSms implements Sms {
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  async send(): Promise<SmsOutcome> {
    const reason = 'SMS_URL is dev: and DEV_TOOLS is off';
    this.#log.warn({ reason }, 'an SMS went nowhere');
    return { outcome: 'REFUSED', reason };
  }

  onReceipt(): void {}

  async close(): Promise<void> {}
}
