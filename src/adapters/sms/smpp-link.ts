import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import smpp, { type Pdu, type Session } from 'smpp';
import type { Random } from '../../ports/random.ts';

const VERSION_3_4 = 0x34;
const OK = 0;
/** The way to say that somebody answered no more, or that nothing was sent. */
export type Answer = Pdu | 'unanswered' | 'unwritten';

export interface LinkTimings {
  /** How long an answer may take (SMPP 3.4, 7.2: response_timer). */
  answerMs: number;
  /** How often a link is asked whether it still stands (7.2: enquire_link_timer). */
  enquireMs: number;
  /** The first pause before connecting again, doubled with each failure up to the last. */
  reconnectMs: { first: number; last: number };
}

interface LinkOptions {
  url: string;
  log: Logger;
  random: Random;
  timings: LinkTimings;
  /** Takes a message that the SMSC brings; its answer waits for the status that this resolves to. */
  onDeliver: (pdu: Pdu) => Promise<number>;
}

/** One bind to an SMSC as transceiver, kept up: whatever breaks it, it is made anew. */
export class SmppLink {
  readonly #options: LinkOptions;
  readonly #closing = new AbortController();
  readonly #asked = new Set<Promise<Answer>>();
  readonly #running: Promise<void>;
  #session: Session | undefined;
  #bound = Promise.withResolvers<void>();

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#running = this.#keepUp();
  }

  /** Resolves with whether there is a link, at the latest after so many milliseconds. */
  async isUp(withinMs: number): Promise<boolean> {
    if (this.#session) return true;
    const patience = new AbortController();
    await Promise.race([
      this.#bound.promise,
      delay(Math.max(0, withinMs), undefined, { signal: patience.signal }).catch(() => {}),
    ]);
    patience.abort();
    return this.#session !== undefined;
  }

  /** Sends a request and waits for its answer, as long as an answer may take. */
  async ask(command: string, parameters: object): Promise<Answer> {
    const session = this.#session;
    const answer = session ? await this.#ask(session, command, parameters) : 'unwritten';
    // A connection that takes nothing any more is left, whether or not the other side hangs up; its end comes in turn
    if (answer === 'unwritten') {
      session?.destroy();
      await nextTurn();
    }
    // Before it swallows more, which could not be sent again: is it the link that is dead?
    if (answer === 'unanswered' && session) void this.#enquire(session);
    return answer;
  }

  /** Waits for the answers that are due, takes leave, and goes. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#asked);
    const session = this.#session;
    if (session) {
      await this.#ask(session, 'unbind', {});
      session.destroy();
    }
    await this.#running;
  }

  async #keepUp(): Promise<void> {
    const { first, last } = this.#options.timings.reconnectMs;
    let pause = first;
    while (!this.#closing.signal.aborted) {
      const session = await this.#bind();
      if (session) {
        pause = first;
        await this.#stayBound(session);
      }
      // Full jitter: of many processes that lost one SMSC, no two come back together
      await delay(this.#options.random.below(pause) + 1, undefined, this.#closing).catch(() => {});
      if (!session) pause = Math.min(pause * 2, last);
    }
  }

  /** A new connection that the SMSC has bound; undefined: not now. */
  async #bind(): Promise<Session | undefined> {
    const { url, log, timings, onDeliver } = this.#options;
    const { protocol, hostname, port, username, password } = new URL(url);
    const session = smpp.connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || 2775,
      tls: protocol === 'smpps:',
      rejectUnauthorized: true,
    });
    // Each request that waits for its answer listens for the end: as many as the window is wide
    session.setMaxListeners(0);
    // Bytes that are no PDU, or a connection that broke: either way there is no going on with it
    session.on('error', (err: Error & { code?: string }) => {
      log.warn({ code: err.code, reason: err.name }, 'the connection to the SMSC broke');
      session.destroy();
    });
    session.on('pdu', (pdu: Pdu) => void answerRequest(session, pdu, onDeliver));
    const stop = () => session.destroy();
    this.#closing.signal.addEventListener('abort', stop);
    const answer = (await connects(session, protocol, timings.answerMs))
      ? await this.#ask(session, 'bind_transceiver', {
          system_id: decodeURIComponent(username),
          password: decodeURIComponent(password),
          interface_version: VERSION_3_4,
        })
      : 'unwritten';
    this.#closing.signal.removeEventListener('abort', stop);
    if (typeof answer === 'object' && answer.command_status === OK && !session.closed) return session;
    const reason = typeof answer === 'object' ? statusName(answer.command_status) : answer;
    if (!this.#closing.signal.aborted) log.warn({ reason }, 'the SMSC cannot be had; trying again');
    session.destroy();
    return undefined;
  }

  /** Ends when the link is gone. */
  async #stayBound(session: Session): Promise<void> {
    this.#options.log.info('bound to the SMSC');
    const gone = session.closed || new Promise((resolve) => session.once('close', resolve));
    this.#session = session;
    this.#bound.resolve();
    const enquiry = setInterval(() => void this.#enquire(session), this.#options.timings.enquireMs);
    await gone;
    clearInterval(enquiry);
    this.#session = undefined;
    this.#bound = Promise.withResolvers();
  }

  /** Leaves a link that does not say that it still stands. */
  async #enquire(session: Session): Promise<void> {
    if (typeof (await this.#ask(session, 'enquire_link', {})) === 'string') session.destroy();
  }

  #ask(session: Session, command: string, parameters: object): Promise<Answer> {
    const asked = new Promise<Answer>((resolve) => {
      const end = (answer: Answer) => {
        clearTimeout(timer);
        session.removeListener('close', lost);
        resolve(answer);
      };
      const lost = () => end('unanswered');
      const timer = setTimeout(lost, this.#options.timings.answerMs);
      session.once('close', lost);
      if (session.closed || !session.send(new smpp.PDU(command, parameters), end)) end('unwritten');
    });
    this.#asked.add(asked);
    void asked.finally(() => this.#asked.delete(asked));
    return asked;
  }
}

/** Whether a connection comes about in time. The library's own timer would end before TLS has said a word. */
async function connects(session: Session, protocol: string, withinMs: number): Promise<boolean> {
  const timer = setTimeout(() => session.destroy(), withinMs);
  const connected = new Promise<boolean>((resolve) => {
    session.once(protocol === 'smpps:' ? 'secureConnect' : 'connect', () => resolve(true));
    session.once('close', () => resolve(false));
  });
  try {
    return await connected;
  } finally {
    clearTimeout(timer);
  }
}

/** What the SMSC asks of us (SMPP 3.4, 2.3). */
async function answerRequest(session: Session, pdu: Pdu, onDeliver: LinkOptions['onDeliver']): Promise<void> {
  if (pdu.isResponse()) return;
  const status = pdu.command === 'deliver_sm' ? await onDeliver(pdu) : OK;
  const known = ['deliver_sm', 'enquire_link', 'unbind'].includes(pdu.command);
  if (session.closed) return;
  if (known) session.send(pdu.response({ command_status: status }));
  else
    session.send(
      new smpp.PDU('generic_nack', {
        command_status: smpp.errors['ESME_RINVCMDID'],
        sequence_number: pdu.sequence_number,
      }),
    );
  if (pdu.command === 'unbind') session.close();
}

/** The name of a command status (SMPP 3.4, 5.1.3). */
export const statusName = (status: number): string =>
  Object.keys(smpp.errors).find((name) => smpp.errors[name] === status) ?? `status ${status}`;
