import { type Client, createClient } from 'graphql-ws';
import type pg from 'pg';
import { WebSocket } from 'ws';
import type { Viewer } from './lines.ts';
import type { Tally } from './tally.ts';

type Kind = 'SERVICE_ORDER' | 'DETAIL_ORDER';

const QUERIES: Record<Kind, string> = {
  SERVICE_ORDER: 'subscription { told: serviceOrderUpdated { cursor state occurredAt order { id } } }',
  DETAIL_ORDER: 'subscription { told: detailOrderUpdated { cursor state occurredAt order { id } } }',
};
/** Of what the streams of one socket tell: a line has them all on one. */
export const ON_A_SOCKET: readonly Kind[] = [
  'SERVICE_ORDER',
  'SERVICE_ORDER',
  'SERVICE_ORDER',
  'SERVICE_ORDER',
  'DETAIL_ORDER',
];
const AT_ONCE = 20;
const FINAL = ['COMPLETED', 'FAILED', 'CANCELLED'];

export interface Told {
  cursor: string;
  state: string;
  occurredAt: string;
  order: { id: string };
}

/** What a statement's own stream tells; its file is there once it is completed. */
export interface StatementTold {
  state: string;
  order: { sha256: string; downloadUrl: string; failure: { code: string } | null };
}

interface Stream {
  line: string;
  kind: Kind;
  /** The numbers of the events that it had. */
  had: number[];
}

/** A cursor begins with the event's number in its line, which no client relies on but a soak that checks it. */
export const numberIn = (cursor: string): number => Number.parseInt(cursor.split('.', 1)[0]!, 36);

/** Streams that are there all the time, several on a socket for each line; what each had is kept to be compared. */
export class Streams {
  readonly #url: string;
  readonly #tally: Tally;
  readonly #sockets = new Map<string, Client>();
  readonly #streams: Stream[] = [];
  readonly #awaited = new Map<string, (state: string) => void>();
  /** How orders ended, for who asks later: an answer that came at the second asking is behind the streams. */
  readonly #ended = new Map<string, string>();
  #closing = false;
  open = 0;

  constructor(url: string, tally: Tally) {
    this.#url = `${url.replace('http', 'ws')}/graphql`;
    this.#tally = tally;
  }

  /** Opens all streams of these lines; each stands before it returns. */
  async openFor(viewers: readonly Viewer[]): Promise<void> {
    for (let start = 0; start < viewers.length; start += AT_ONCE)
      await Promise.all(viewers.slice(start, start + AT_ONCE).map((viewer) => this.#openSocket(viewer)));
  }

  async #openSocket(viewer: Viewer): Promise<void> {
    const socket = createClient({
      url: this.#url,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      lazyCloseTimeout: 60_000,
      connectionParams: { authorization: `Bearer ${viewer.accessToken}`, acceptLanguage: 'en' },
    });
    this.#sockets.set(viewer.id, socket);
    for (const kind of ON_A_SOCKET) void this.#read(socket, { line: viewer.id, kind, had: [] });
    // Answered in order: the streams before it stand once this is
    for await (const _ of socket.iterate({ query: '{ __typename }' })) break;
  }

  async #read(socket: Client, stream: Stream): Promise<void> {
    this.#streams.push(stream);
    this.open++;
    try {
      for await (const { data, errors } of socket.iterate<{ told: Told }>({ query: QUERIES[stream.kind] })) {
        if (data) this.#take(stream, data.told);
        else this.#tally.unintended('stream', JSON.stringify(errors));
      }
      if (!this.#closing) this.#tally.unintended('stream', 'ended');
    } catch (error) {
      const why = (error as { code?: number }).code ?? JSON.stringify(error);
      if (!this.#closing) this.#tally.unintended('stream', `closed: ${why}`);
    }
    this.open--;
  }

  #take({ had }: Stream, { cursor, state, occurredAt, order }: Told): void {
    this.#tally.done('event told', Date.now() - Date.parse(occurredAt));
    had.push(numberIn(cursor));
    if (!FINAL.includes(state)) return;
    this.#ended.set(order.id, state);
    this.#awaited.get(order.id)?.(state);
    this.#awaited.delete(order.id);
  }

  /** Calls back once a stream of its line has told that the order has come to its end. */
  whenEnded(orderId: string, ended: (state: string) => void): void {
    const state = this.#ended.get(orderId);
    if (state) ended(state);
    else this.#awaited.set(orderId, ended);
  }

  /** A stream for one statement on its line's socket, until it completes; the last that it told. */
  async followStatement(line: string, orderId: string): Promise<StatementTold | undefined> {
    const query = `subscription ($id: ID!) { told: detailOrderUpdated(orderId: $id) {
      state order { sha256 downloadUrl failure { code } } } }`;
    let last: StatementTold | undefined;
    for await (const { data, errors } of this.#sockets
      .get(line)!
      .iterate<{ told: StatementTold }>({ query, variables: { id: orderId } })) {
      if (errors) throw new Error(JSON.stringify(errors));
      last = data!.told;
    }
    return last;
  }

  /** What any stream missed, had twice or had in disorder, by the table of events; nothing: all is well. */
  async faults(db: pg.Client): Promise<string[]> {
    const { rows } = await db.query<{ line: string; kind: Kind; seqs: number[] }>(
      `SELECT subscriber_id AS line, kind, array_agg(seq ORDER BY seq) AS seqs FROM events
       WHERE kind <> 'TARIFF_CHANGE' GROUP BY 1, 2`,
    );
    const written = new Map(rows.map(({ line, kind, seqs }) => [`${line} ${kind}`, seqs]));
    return this.#streams.flatMap(({ line, kind, had }) => {
      const fault = compare(written.get(`${line} ${kind}`) ?? [], had);
      return fault ? [`${kind} of ${line}: ${fault}`] : [];
    });
  }

  get count(): number {
    return this.#streams.length;
  }

  /** How many events were told in all. */
  get told(): number {
    return this.#streams.reduce((sum, { had }) => sum + had.length, 0);
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const socket of this.#sockets.values()) await socket.dispose();
  }
}

/** What is wrong with the numbers that a stream had, if anything is. */
export function compare(written: readonly number[], had: readonly number[]): string | undefined {
  for (let index = 0; index < Math.max(written.length, had.length); index++) {
    const [expected, was] = [written[index], had[index]];
    if (expected === was) continue;
    if (was === undefined) return `missed ${expected} and ${written.length - index - 1} after it`;
    if (index > 0 && was <= had[index - 1]!) return `had ${was} after ${had[index - 1]}`;
    return expected === undefined
      ? `had ${was}, which is not written`
      : `had ${was} where ${expected} was next`;
  }
  return undefined;
}
