import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openPrisma } from '../../src/adapters/postgres/prisma.ts';
import { openWakeUps } from '../../src/adapters/postgres/postgres-wake-ups.ts';
import {
  ActivateServiceDocument,
  type Client,
  createClient,
  DeactivateServiceDocument,
  OperationError,
  ServiceOrderUpdatedDocument,
  Unreached,
} from '../../src/client/entry.ts';
import { decodeCursor, encodeCursor } from '../../src/events/cursor.ts';
import { move } from '../../src/ledger/move.ts';
import { Secrets } from '../../src/secrets.ts';
import { expectBalanced } from '../support/balanced.ts';
import { Balancer } from '../support/balancer.ts';
import { MovableClock } from '../support/clock.ts';
import { testConfig } from '../support/config.ts';
import { createTestDatabase } from '../support/database.ts';
import { globalId } from '../support/global-id.ts';
import { newLine } from '../support/lines.ts';
import { type Started, startProcess } from '../support/process.ts';
import { rounds } from '../support/rounds.ts';
import { openSession } from '../support/session.ts';
import { startTmf641, type Tmf641Server } from '../support/tmf641.ts';

const KEYS = 'k'.repeat(32);
const LINES = rounds(6, 60);
const ROUNDS = rounds(1, 8);
/** Switching it on costs something, so that the account shows each time it was done. */
const SERVICE = 'CALL_FORWARDING';
const FEE = 30_00n;
const toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end();
});

/** What a test needs of the product to make lines and sessions, and to read what became of them. */
async function ownParts(url: string) {
  const wakeUps = await openWakeUps(url, pino({ level: 'silent' }));
  const parts = { config: testConfig(), clock: new MovableClock(), secrets: new Secrets([KEYS]) };
  const app = { ...parts, db: openPrisma(url).db, wakeUps };
  toEnd.push(async () => {
    await wakeUps.close();
    await app.db.$disconnect();
  });
  return app;
}
type Parts = Awaited<ReturnType<typeof ownParts>>;

/** Three processes as in production, with a balancer before them. */
async function startThree(databaseUrl: string, network: Tmf641Server) {
  const dir = mkdtempSync(join(tmpdir(), 'internet-assistant-rolling-'));
  const settings = {
    DATABASE_URL: databaseUrl,
    SECRETS_KEYS: KEYS,
    PROVISIONING_URL: network.url,
    DEV_TOOLS: 'on',
    // Time enough for the balancer to look a few times
    STOP_NOTICE_SECONDS: '1',
    STOP_STREAMS_SECONDS: '1',
  };
  const balancer = await Balancer.start();
  const running: Started[] = Array.from({ length: 3 }, () => startProcess(dir, settings));
  toEnd.push(async () => {
    await balancer.stop();
    await Promise.all(running.map((each) => each.kill()));
    rmSync(dir, { recursive: true, force: true });
  });
  const follow = async () => {
    const urls = await Promise.all(running.map(({ ready }) => ready));
    balancer.stand(urls);
    await vi.waitUntil(() => urls.every(balancer.isReady), { timeout: 60_000 });
  };
  await follow();
  const restart = async (which: number) => {
    const leaving = running[which]!;
    leaving.child.kill('SIGTERM');
    expect(await leaving.ended, leaving.output()).toBe(0);
    running[which] = startProcess(dir, settings);
    await follow();
  };
  return { url: balancer.url, restart };
}

interface Line {
  id: string;
  client: Client;
  connections: () => number;
}

async function openLine(app: Parts, url: string, index: number): Promise<Line> {
  const phoneNumber = `+7916779${String(index).padStart(4, '0')}`;
  const { id } = await newLine(app.db, { phoneNumber });
  const payment = { kind: 'TOP_UP', cause: 'TOP_UP', causeId: 'first', amount: 100_000_00n } as const;
  await app.db.$transaction((tx) => move(tx, { subscriberId: id, at: new Date(), ...payment }));
  const accessToken = await openSession(app, phoneNumber);
  let connections = 0;
  class Socket extends WebSocket {
    constructor(...how: ConstructorParameters<typeof WebSocket>) {
      super(...how);
      connections++;
    }
  }
  const accessTokenExpiresAt = new Date(Date.now() + 600_000).toISOString();
  const client = createClient({
    url,
    webSocketImpl: Socket,
    waitBeforeTryMs: () => 50,
    tokens: { accessToken, refreshToken: 'not used', accessTokenExpiresAt },
  });
  toEnd.push(() => client.close());
  return { id, client, connections: () => connections };
}

/** Asks until it is answered, under one key, as an app does with a person's one wish. */
async function insist<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const again =
        error instanceof Unreached ||
        (error instanceof OperationError && ['UNAVAILABLE', 'TIMED_OUT'].includes(error.code ?? ''));
      if (!again) throw error;
      await delay(20);
    }
  }
}

/** One wish; the order that it was answered with. */
async function wish({ client }: Line, on: boolean): Promise<string> {
  const input = { serviceCode: SERVICE, idempotencyKey: randomUUID() };
  const answer = await insist(async () =>
    on
      ? (await client.run(ActivateServiceDocument, { input })).activateService
      : (await client.run(DeactivateServiceDocument, { input })).deactivateService,
  );
  if (answer.__typename !== 'ServiceOrderAccepted') throw new Error(answer.__typename);
  return answer.order.id;
}

/** Switches a service on and off until it has been told to stop; the stream says when each order is done. */
async function use(app: Parts, line: Line, isOver: () => boolean) {
  const wished: string[] = [];
  const seen: number[] = [];
  const after = encodeCursor(app.secrets, line.id, 0);
  const stream = line.client.follow(ServiceOrderUpdatedDocument, { after });
  do {
    wished.push(await wish(line, wished.length % 2 === 0));
    for (let state = ''; state !== 'COMPLETED';) {
      const { serviceOrderUpdated } = (await stream.next()).value!;
      seen.push(decodeCursor(app.secrets, line.id, serviceOrderUpdated.cursor)!);
      state = serviceOrderUpdated.state;
      expect(state).not.toBe('FAILED');
    }
  } while (!isOver());
  await stream.return!();
  return { wished, seen };
}

test(
  'three processes restarted one after another under load: no change is lost or made twice, and no stream misses an event or tells it twice',
  { timeout: 600_000 },
  async () => {
    const network = await startTmf641({ course: { delayMs: 30 } });
    toEnd.push(() => network.stop());
    const database = await createTestDatabase();
    toEnd.push(() => database.drop());
    const app = await ownParts(database.url);
    const { url, restart } = await startThree(database.url, network);
    const lines = await Promise.all(Array.from({ length: LINES }, (_, index) => openLine(app, url, index)));

    let over = false;
    const used = Promise.all(lines.map((line) => use(app, line, () => over)));
    used.catch(() => {});
    for (let round = 0; round < ROUNDS; round++)
      for (const which of [0, 1, 2]) await Promise.race([restart(which), used]);
    over = true;
    for (const [index, { wished, seen }] of (await used).entries())
      await expectOnce(app, network, lines[index]!, wished, seen);
    // Each of the three was somebody's, and sent them on
    expect(lines.every(({ connections }) => connections() > 1)).toBe(true);
    await expectBalanced(database.url);
  },
);

async function expectOnce(
  { db }: Parts,
  network: Tmf641Server,
  { id: subscriberId }: Line,
  wished: readonly string[],
  seen: readonly number[],
): Promise<void> {
  const orders = await db.serviceOrder.findMany({ where: { subscriberId }, orderBy: { createdAt: 'asc' } });
  expect(orders.map(({ id }) => globalId('ServiceOrder', subscriberId, id))).toEqual(wished);
  expect(new Set(orders.map(({ state }) => state))).toEqual(new Set(['COMPLETED']));
  expect(new Set(orders.map(({ id }) => network.effects(id)))).toEqual(new Set([1]));
  const charges = await db.ledgerEntry.findMany({ where: { subscriberId, amount: { lt: 0n } } });
  const activated = orders.filter(({ kind }) => kind === 'ACTIVATE');
  expect(charges.map(({ amount }) => -amount)).toEqual(activated.map(() => FEE));
  const events = await db.event.findMany({ where: { subscriberId }, orderBy: { seq: 'asc' } });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  expect(seen).toEqual(events.map(({ seq }) => seq));
}
