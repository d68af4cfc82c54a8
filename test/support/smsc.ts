import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import smpp, { type Pdu, type Server, type Session } from 'smpp';

/** One submit as the SMSC got it. */
export interface Submitted {
  to: string;
  from: string;
  fromTon: number;
  bytes: Buffer;
  dataCoding: number;
  esmClass: number;
  validity: string;
  wantsReceipt: boolean;
  /** When it was answered with an id: that id. */
  id?: string;
}

type Reaction = 'accept' | 'throttle' | 'queue full' | 'invalid' | 'silent' | 'drop' | 'garbage' | 'late';

/** A real SMPP server whose behaviour a test sets. */
export class Smsc {
  readonly submitted: Submitted[] = [];
  /** How the next submits are met, one each; when there are none left: 'accept'. */
  readonly reactions: Reaction[] = [];
  /** How many more binds are refused. */
  refuseBinds = 0;
  binds = 0;
  answersEnquiries = true;
  /** Whether it leaves a connection open that the other side has ended. */
  keepsOpen = false;
  enquiries = 0;
  /** How a receipt was answered, by status. */
  readonly receiptAnswers: number[] = [];
  /** The most submits that were unanswered at once. */
  mostUnanswered = 0;
  #unanswered = 0;
  /** Answers are held back while this is set. */
  hold: Promise<void> | undefined;
  readonly #late: (() => void)[] = [];
  readonly #server: Server;
  readonly #port: number;
  #ids = 0;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
  }

  static async start(port = 0): Promise<Smsc> {
    const server = smpp.createServer((session) => smsc.#serve(session));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const smsc = new Smsc(server, (server.address() as AddressInfo).port);
    return smsc;
  }

  get url(): string {
    return `smpp://operator:very%20secret@127.0.0.1:${this.#port}`;
  }

  /** The whole texts that were accepted, parts put together. */
  get texts(): string[] {
    const whole = new Map<string, string[]>();
    for (const [index, { id, bytes, esmClass, dataCoding, to }] of this.submitted.entries()) {
      if (!id) continue;
      const header = esmClass & 0x40 ? bytes.subarray(0, bytes[0]! + 1) : undefined;
      const body = header ? bytes.subarray(header.length) : bytes;
      const text = smpp.encodings[dataCoding === 8 ? 'UCS2' : 'ASCII'].decode(body);
      const key = header ? `${to}/${header[3]}` : `alone ${index}`;
      const parts = whole.get(key) ?? [];
      parts[header ? header[5]! - 1 : 0] = text;
      whole.set(key, parts);
    }
    return [...whole.values()].map((parts) => parts.join(''));
  }

  /** Brings a receipt over every link. */
  bringReceipt(text: string, more: object = {}): void {
    for (const session of this.#server.sessions) this.#deliver(session, text, more);
  }

  #deliver(session: Session, text: string, more: object): void {
    const pdu = new smpp.PDU('deliver_sm', { esm_class: 0x04, short_message: text, ...more });
    session.send(pdu, ({ command_status: status }) => {
      this.receiptAnswers.push(status);
      // As an SMSC does while the other side cannot take it (ESME_RX_T_APPN)
      if (status === smpp.errors['ESME_RX_T_APPN']) this.#deliver(session, text, more);
    });
  }

  /** Sends bytes that are no PDU. */
  babble(bytes = Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')): void {
    for (const { socket } of this.#server.sessions) socket.write(bytes);
  }

  request(command: string): void {
    for (const session of this.#server.sessions) session.send(new smpp.PDU(command, {}));
  }

  /** Gives the answers that were to come late. */
  answerLate(): void {
    for (const answer of this.#late.splice(0)) answer();
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const session of this.#server.sessions.slice()) session.destroy();
    await closed;
  }

  #serve(session: Session): void {
    session.socket.allowHalfOpen = this.keepsOpen;
    session.on('error', () => session.destroy());
    session.on('bind_transceiver', (pdu: Pdu) => {
      this.binds++;
      const good = pdu.system_id === 'operator' && pdu.password === 'very secret' && this.refuseBinds-- <= 0;
      const status = good ? 'ESME_ROK' : 'ESME_RBINDFAIL';
      session.send(pdu.response({ command_status: smpp.errors[status] }));
    });
    session.on('enquire_link', (pdu: Pdu) => {
      this.enquiries++;
      if (this.answersEnquiries) session.send(pdu.response());
    });
    session.on('unbind', (pdu: Pdu) => {
      session.send(pdu.response());
      session.close();
    });
    session.on('submit_sm', (pdu: Pdu) => void this.#submit(session, pdu));
  }

  async #submit(session: Session, pdu: Pdu): Promise<void> {
    const submit = submittedIn(pdu);
    this.submitted.push(submit);
    this.mostUnanswered = Math.max(this.mostUnanswered, ++this.#unanswered);
    await this.hold;
    this.#unanswered--;
    const answer = (status: string, more = {}) =>
      session.send(pdu.response({ command_status: smpp.errors[status], ...more }));
    const accept = () => {
      submit.id = `id-${++this.#ids}`;
      answer('ESME_ROK', { message_id: submit.id });
    };
    const reactions: Record<Reaction, () => void> = {
      accept,
      throttle: () => answer('ESME_RTHROTTLED'),
      'queue full': () => answer('ESME_RMSGQFUL'),
      invalid: () => answer('ESME_RINVDSTADR'),
      silent: () => {},
      late: () => this.#late.push(accept),
      drop: () => session.destroy(),
      garbage: () => this.babble(),
    };
    reactions[this.reactions.shift() ?? 'accept']();
  }
}

function submittedIn(pdu: Pdu): Submitted {
  const fields = pdu as unknown as Record<string, unknown>;
  const { message, udh } = pdu.short_message as { message: Buffer | string; udh?: Buffer[] };
  const encoded = Buffer.isBuffer(message)
    ? message
    : smpp.encodings[pdu.data_coding === 8 ? 'UCS2' : 'ASCII'].encode(message);
  const header = udh ? Buffer.concat([Buffer.from([Buffer.concat(udh).length]), ...udh]) : Buffer.alloc(0);
  const until = pdu.validity_period as Date;
  return {
    to: pdu.destination_addr!,
    from: pdu.source_addr!,
    fromTon: pdu.source_addr_ton!,
    bytes: Buffer.concat([header, encoded]),
    dataCoding: pdu.data_coding!,
    esmClass: pdu.esm_class!,
    validity: `${Math.round((until.getTime() - Date.now()) / 60_000)} min`,
    wantsReceipt: fields['registered_delivery'] === 1,
  };
}
