import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import smpp, { type Pdu } from 'smpp';
import type { Random } from '../../ports/random.ts';
import type { Sms, SmsMessage, SmsOutcome, SmsReceipt } from '../../ports/sms.ts';
import { partsOf } from '../../sms-encoding.ts';
import { type LinkTimings, SmppLink, statusName } from './smpp-link.ts';
import { receiptIn } from './smpp-receipt.ts';
import { Window } from './window.ts';

interface Timings extends LinkTimings {
  /** How long a message waits for a link and a place before it is given back. */
  patienceMs: number;
  /** The first pause after the SMSC said that it has too much to do, doubled each time up to the last. */
  throttleMs: { first: number; last: number };
}

const TIMINGS: Timings = {
  answerMs: 10_000,
  enquireMs: 30_000,
  reconnectMs: { first: 500, last: 60_000 },
  patienceMs: 20_000,
  throttleMs: { first: 500, last: 5_000 },
};

export interface SmppOptions {
  /** smpp://system_id:password@host:2775, or smpps:// with TLS. */
  url: string;
  sender: string;
  random: Random;
  log: Logger;
  /** How many messages may wait for their answer at once. */
  window: number;
  timings?: Partial<Timings>;
}

const TON = { unknown: 0, international: 1, alphanumeric: 5 };
const NPI = { unknown: 0, isdn: 1 };
const DATA_CODING = { GSM7: 0x00, UCS2: 0x08 };
const HAS_HEADER = 0x40;
const WANTS_RECEIPT = 1;

/** Sends SMS through an SMSC, by SMPP 3.4 over one link that is kept up. A message is submitted once. */
export class SmppSms implements Sms {
  readonly #sender: string;
  readonly #random: Random;
  readonly #timings: Timings;
  readonly #log: Logger;
  readonly #window: Window;
  readonly #link: SmppLink;
  readonly #recorders: ((receipt: SmsReceipt) => Promise<void>)[] = [];
  #closed = false;
  #throttled = { until: 0, pauseMs: 0 };

  constructor({ url, sender, random, log, window, timings }: SmppOptions) {
    this.#timings = { ...TIMINGS, ...timings };
    this.#sender = sender;
    this.#random = random;
    this.#log = log;
    this.#window = new Window(window);
    this.#link = new SmppLink({
      url,
      log,
      random,
      timings: this.#timings,
      onDeliver: (pdu) => this.#take(pdu),
    });
  }

  async send({ to, text, validitySeconds }: SmsMessage): Promise<SmsOutcome> {
    const { encoding, parts } = partsOf(text);
    const encode = (part: string) => smpp.encodings[encoding === 'GSM7' ? 'ASCII' : 'UCS2'].encode(part);
    const reference = this.#random.below(256);
    const ids: string[] = [];
    for (const [index, part] of parts.entries()) {
      const header = Buffer.from([5, 0, 3, reference, parts.length, index + 1]);
      const result = await this.#submit({
        ...this.#addresses(to),
        esm_class: parts.length > 1 ? HAS_HEADER : 0,
        data_coding: DATA_CODING[encoding],
        registered_delivery: WANTS_RECEIPT,
        validity_period: relativeTime(validitySeconds),
        short_message: parts.length > 1 ? Buffer.concat([header, encode(part)]) : encode(part),
      });
      if (result.outcome !== 'ACCEPTED') return index ? { outcome: 'UNKNOWN' } : result;
      ids.push(...result.ids);
    }
    return { outcome: 'ACCEPTED', ids };
  }

  onReceipt(record: (receipt: SmsReceipt) => Promise<void>): void {
    this.#recorders.push(record);
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#link.close();
  }

  #addresses(to: string): object {
    const numeric = /^\d+$/.test(this.#sender);
    return {
      source_addr_ton: numeric ? TON.unknown : TON.alphanumeric,
      source_addr_npi: numeric ? NPI.isdn : NPI.unknown,
      source_addr: this.#sender,
      dest_addr_ton: TON.international,
      dest_addr_npi: NPI.isdn,
      destination_addr: to.replace('+', ''),
    };
  }

  /** Submits one part. What was surely not taken waits and goes again; what may have been taken never does. */
  async #submit(parameters: object): Promise<SmsOutcome> {
    const end = performance.now() + this.#timings.patienceMs;
    const left = () => end - performance.now();
    let reason = 'no link to the SMSC';
    while (left() > 0 && !this.#closed) {
      await this.#pauseIfThrottled(left());
      if (!(await this.#link.isUp(left()))) continue;
      if (!(await this.#window.take(left()))) return { outcome: 'REFUSED', reason: 'no place in the window' };
      const answer = await this.#link.ask('submit_sm', parameters).finally(() => this.#window.leave());
      if (answer === 'unanswered') return { outcome: 'UNKNOWN' };
      if (answer === 'unwritten') continue;
      const status = statusName(answer.command_status);
      if (status === 'ESME_ROK') {
        this.#window.grow();
        this.#throttled.pauseMs = 0;
        return { outcome: 'ACCEPTED', ids: [answer.message_id ?? ''] };
      }
      if (!['ESME_RTHROTTLED', 'ESME_RMSGQFUL'].includes(status))
        return { outcome: 'REFUSED', reason: status };
      reason = status;
      this.#slowDown();
    }
    return { outcome: 'REFUSED', reason: this.#closed ? 'closing' : reason };
  }

  #slowDown(): void {
    const { first, last } = this.#timings.throttleMs;
    const { until, pauseMs } = this.#throttled;
    // Several answers of one moment are one wish
    if (performance.now() < until) return;
    const longer = Math.min(last, pauseMs ? pauseMs * 2 : first);
    this.#throttled = { until: performance.now() + longer / 2 + this.#random.below(longer), pauseMs: longer };
    this.#window.halve();
  }

  async #pauseIfThrottled(atMostMs: number): Promise<void> {
    const pause = Math.min(atMostMs, this.#throttled.until - performance.now());
    if (pause > 0) await delay(pause);
  }

  /** Takes what the SMSC brings; the status to answer with. A receipt that is not recorded is to be brought again. */
  async #take(pdu: Pdu): Promise<number> {
    const receipt = receiptIn(pdu);
    if (!receipt) return smpp.errors['ESME_ROK']!;
    try {
      if (!this.#recorders.length) throw new Error('nobody records receipts yet');
      for (const record of this.#recorders) await record(receipt);
      return smpp.errors['ESME_ROK']!;
    } catch (err) {
      this.#log.warn({ err }, 'a receipt could not be recorded');
      return smpp.errors['ESME_RX_T_APPN']!;
    }
  }
}

/** YYMMDDhhmmss000R: so long from now (SMPP 3.4, 7.1.1.2). */
function relativeTime(seconds: number): string {
  const units = [60, 60, 24].reduce(
    ({ rest, digits }, size) => ({
      rest: Math.floor(rest / size),
      digits: String(rest % size).padStart(2, '0') + digits,
    }),
    { rest: Math.floor(seconds), digits: '' },
  );
  return `0000${String(units.rest).padStart(2, '0')}${units.digits}000R`;
}
