import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Course, OrderBook, type ServiceOrder } from './tmf641-book.ts';
import { Callbacks, type Hub } from './tmf641-callbacks.ts';
import { eventSubscriptionInput, serviceOrderCreate } from './tmf641-definition.ts';
import { TokenEndpoint, type TokenSettings } from './tmf641-tokens.ts';

const BASE = '/tmf-api/serviceOrdering/v4';

/**
 * How a request goes wrong. silent: no answer ever, nothing carried out · slow: the answer waits for `answerSlow` ·
 * drip: an answer that never ends · reset before, reset after: the connection breaks before or after it was carried
 * out · garbage, huge: carried out, and answered with that · a status: answered with it, nothing carried out.
 */
export type Fault =
  | 'silent'
  | 'slow'
  | 'drip'
  | 'reset before'
  | 'reset after'
  | 'garbage'
  | 'huge'
  | 'page'
  | { status: number; headers?: Record<string, string>; body?: unknown };
export type Door = 'submit' | 'look' | 'hub' | 'token';

export interface Tmf641Settings {
  /** Requires tokens, given by a token endpoint of its own. */
  oauth?: TokenSettings;
  /** Whether one external id is taken once only (409 after that). */
  deduplicates?: boolean;
  course?: Course;
}

/** A network side for tests, made from TMF641 v4.1: keeps orders in memory, and does as it is told. */
export class Tmf641Server {
  readonly tokens: TokenEndpoint | undefined;
  readonly hubs: Hub[] = [];
  readonly callbacks = new Callbacks(this.hubs);
  /** What it was asked for, as METHOD /path?query. */
  readonly requests: string[] = [];
  /** The place in a trace that each of them came with. */
  readonly traceparents: (string | undefined)[] = [];
  deduplicates: boolean;
  /** Whether GET /hub says who is registered; the definition has no such request. */
  listsHubs = false;
  /** Goes wrong in this way from now on, or for as long as there are ways in the list. */
  readonly faults: Partial<Record<Door, Fault | Fault[] | undefined>> = {};
  readonly #server: Server;
  readonly #book: OrderBook;
  #port: number;
  #slow: (() => void)[] = [];

  constructor(server: Server, { oauth, deduplicates = false, course = {} }: Tmf641Settings) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.tokens = oauth && new TokenEndpoint(oauth);
    this.deduplicates = deduplicates;
    this.#book = new OrderBook(this.url, (order) => this.callbacks.tell(order));
    this.#book.steer(course);
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${BASE}`;
  }

  get tokenUrl(): string {
    return `http://127.0.0.1:${this.#port}/oauth/token`;
  }

  get orders(): readonly ServiceOrder[] {
    return this.#book.orders;
  }

  /** How often an order was taken to be carried out: twice means done twice, and charged twice by the network. */
  effects(externalId: string): number {
    return this.#book.under(externalId).length;
  }

  /** How orders fare from now on, all or those under one external id; open ones too. */
  steer(course: Course, externalId?: string): void {
    this.#book.steer(course, externalId);
  }

  /** Lets the slow answers go out. */
  answerSlow(): void {
    for (const goOn of this.#slow.splice(0)) goOn();
  }

  /** From now on connections are refused. */
  async leave(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Takes connections again, at the same address. */
  async comeBack(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#book.stop();
    if (this.#server.listening) await this.leave();
    await this.callbacks.settled();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    this.requests.push(`${request.method} ${request.url?.replace(BASE, '')}`);
    this.traceparents.push(request.headers['traceparent'] as string | undefined);
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    const door = doorOf(request.method, url.pathname);
    const fault = this.#nextFault(door);
    if (typeof fault === 'object')
      return answer(response, fault.status, fault.body ?? tmfError(fault.status), fault.headers);
    if (fault === 'silent') return;
    if (fault === 'reset before') return void request.socket.resetAndDestroy();
    const [status, content, headers] = this.#answerTo(request, url, body);
    if (fault === 'reset after') return void request.socket.resetAndDestroy();
    if (fault === 'slow') await new Promise<void>((resolve) => this.#slow.push(resolve));
    if (fault === 'garbage') return void response.writeHead(status).end('\u0000{"state": completed');
    if (fault === 'page')
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello');
    if (fault === 'drip') return drip(response, status);
    if (fault === 'huge') return answer(response, status, { padding: 'x'.repeat(4 * 1024 * 1024) });
    answer(response, status, content, headers);
  }

  #nextFault(door: Door | undefined): Fault | undefined {
    const fault = door && this.faults[door];
    return Array.isArray(fault) ? fault.shift() : fault;
  }

  #answerTo(
    { method, headers }: IncomingMessage,
    { pathname, searchParams }: URL,
    body: string,
  ): [number, unknown, Record<string, string>?] {
    if (pathname === '/oauth/token' && this.tokens) {
      const { status, body: content } = this.tokens.answer(headers, body);
      return [status, content, { 'cache-control': 'no-store' }];
    }
    if (this.tokens && !this.tokens.accepts(headers)) return [401, tmfError(401)];
    const path = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : undefined;
    if (path === '/serviceOrder' && method === 'POST') return this.#create(headers, body);
    if (path === '/serviceOrder' && method === 'GET') return this.#list(searchParams);
    const order = this.orders.find(({ id }) => path === `/serviceOrder/${id}`);
    if (order && method === 'GET') return [200, order];
    if (path === '/hub' && method === 'POST') return this.#register(body);
    if (path === '/hub' && method === 'GET' && this.listsHubs) return [200, this.hubs];
    return path === '/serviceOrder' || path === '/hub' ? [405, tmfError(405)] : [404, tmfError(404)];
  }

  #create({ 'content-type': type }: IncomingMessage['headers'], body: string): [number, unknown] {
    if (!type?.startsWith('application/json')) return [415, tmfError(415)];
    const given = serviceOrderCreate.safeParse(json(body));
    if (!given.success)
      return [400, tmfError(400, given.error.issues.map(({ path }) => path.join('.')).join())];
    const { externalId } = given.data;
    if (this.deduplicates && externalId !== undefined && this.effects(externalId))
      return [409, tmfError(409)];
    // As it is when it is taken; what becomes of it, its client has to ask
    return [201, structuredClone(this.#book.take(given.data))];
  }

  #list(query: URLSearchParams): [number, unknown, Record<string, string>] {
    const { fields, offset = '0', limit = '100', ...wanted } = Object.fromEntries(query);
    const names = fields?.split(',');
    const matching = this.orders.filter((order) =>
      Object.entries(wanted).every(([name, value]) => order[name as keyof ServiceOrder] === value),
    );
    const page = matching.slice(Number(offset), Number(offset) + Number(limit));
    const shown = page.map((order) =>
      Object.fromEntries(
        Object.entries(order).filter(([name]) => !names || ['id', 'href', ...names].includes(name)),
      ),
    );
    const counts = { 'x-total-count': String(matching.length), 'x-result-count': String(page.length) };
    return [page.length < matching.length ? 206 : 200, shown, counts];
  }

  #register(body: string): [number, unknown] {
    const given = eventSubscriptionInput.safeParse(json(body));
    if (!given.success) return [400, tmfError(400)];
    if (this.hubs.some(({ callback }) => callback === given.data.callback)) return [409, tmfError(409)];
    const hub = { id: String(this.hubs.length + 1), ...given.data };
    this.hubs.push(hub);
    return [201, hub];
  }
}

/** Starts a network side at a free port of this machine. */
export async function startTmf641(options: Tmf641Settings = {}): Promise<Tmf641Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new Tmf641Server(server, options);
}

function doorOf(method: string | undefined, path: string): Door | undefined {
  if (path === '/oauth/token') return 'token';
  if (path === `${BASE}/hub`) return 'hub';
  if (!path.startsWith(`${BASE}/serviceOrder`)) return undefined;
  return method === 'POST' ? 'submit' : 'look';
}

function answer(
  response: ServerResponse,
  status: number,
  content: unknown,
  headers: Record<string, string> = {},
): void {
  if (response.destroyed) return;
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers }).end(body);
}

/** A byte now and then, so that no time-out between two of them helps. */
function drip(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.once('close', () => clearInterval(timer));
}

/** Error of the definition: code and reason are there. */
const tmfError = (status: number, message?: string) => ({
  '@type': 'Error',
  code: String(status),
  reason: `The request is answered with ${status}`,
  status: String(status),
  ...(message ? { message } : {}),
});

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
