import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPrisma } from '../../src/adapters/postgres/prisma.ts';
import { openWakeUps } from '../../src/adapters/postgres/postgres-wake-ups.ts';
import { appendEvent } from '../../src/events/append.ts';
import { decodeCursor, encodeCursor } from '../../src/events/cursor.ts';
import { ActivateServiceDocument, ServiceOrderUpdatedDocument } from '../../src/generated/operations.ts';
import { Secrets } from '../../src/secrets.ts';
import { all, Client } from '../support/client.ts';
import { MovableClock } from '../support/clock.ts';
import { testConfig } from '../support/config.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { addOrder } from '../support/events.ts';
import { newLine } from '../support/lines.ts';
import { type Started, startProcess } from '../support/process.ts';
import { rounds } from '../support/rounds.ts';
import { seeded } from '../support/seeded.ts';
import { openSession } from '../support/session.ts';

const KEYS = 'k'.repeat(32);
const EVENTS = 300;
let database: TestDatabase;
let dir: string;
let worker: Started;
/** Two that serve; a test kills one and starts another in its place. */
let servers: Started[];
let app: Awaited<ReturnType<typeof ownParts>>;

/** What a test needs of the product to write events into its database and to open sessions. */
async function ownParts(url: string) {
  const wakeUps = await openWakeUps(url, pino({ level: 'silent' }));
  const parts = { config: testConfig(), clock: new MovableClock(), secrets: new Secrets([KEYS]) };
  return { ...parts, db: openPrisma(url).db, wakeUps };
}

const start = (role: string) =>
  startProcess(dir, { DATABASE_URL: database.url, SECRETS_KEYS: KEYS, DEV_TOOLS: 'on', ROLE: role });

beforeAll(async () => {
  database = await createTestDatabase();
  dir = mkdtempSync(join(tmpdir(), 'internet-assistant-streams-'));
  app = await ownParts(database.url);
  worker = start('worker');
  servers = [start('http'), start('http')];
  await Promise.all(servers.map(({ ready }) => ready));
});
afterAll(async () => {
  await Promise.all([worker, ...servers].map((each) => each.kill()));
  await app.wakeUps.close();
  await app.db.$disconnect();
  await database.drop();
  rmSync(dir, { recursive: true });
});

async function clientOf(server: Started, phoneNumber: string): Promise<Client> {
  const client = new Client(await server.ready, 'en');
  client.token = await openSession(app, phoneNumber);
  return client;
}

test('an order given in one process and carried out in another is followed in a third', async () => {
  const giver = await clientOf(servers[0]!, '+79160000001');
  const reader = await clientOf(servers[1]!, '+79160000001');
  const { activateService } = await giver.run(ActivateServiceDocument, {
    input: { serviceCode: 'VOICEMAIL', idempotencyKey: 'k' },
  });
  if (activateService.__typename !== 'ServiceOrderAccepted') throw new Error(activateService.__typename);
  const events = await all(
    reader.overSse(ServiceOrderUpdatedDocument, { orderId: activateService.order.id }),
  );
  expect(events.at(-1)!.serviceOrderUpdated).toMatchObject({
    state: 'COMPLETED',
    order: { subscriberService: { status: 'ACTIVE' } },
  });
});

/** A phone on a bad line: follows from its last cursor, on either server and transport, and is cut off again and again. */
async function readAll(subscriberId: string, phoneNumber: string, chance: (below: number) => number) {
  const numbers: number[] = [];
  let after = encodeCursor(app.secrets, subscriberId, 0);
  let interruptions = 0;
  while (numbers.length < EVENTS) {
    const transport = chance(2) ? 'overSse' : 'overWebSocket';
    const patience = 1 + chance(40);
    try {
      const client = await clientOf(servers[chance(2)]!, phoneNumber);
      const stream = client[transport](ServiceOrderUpdatedDocument, { after });
      for (let i = 0; i < patience && numbers.length < EVENTS; i++) {
        const { serviceOrderUpdated } = (await stream.next()).value!;
        after = serviceOrderUpdated.cursor;
        numbers.push(decodeCursor(app.secrets, subscriberId, after)!);
      }
      await stream.return(undefined);
    } catch {
      // Its server died
    }
    interruptions++;
  }
  return { numbers, interruptions };
}

/** One listening connection after another dies, and now and then a server. */
async function disturb(chance: (below: number) => number): Promise<void> {
  if (chance(10) === 0)
    await app.db.$queryRaw`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'internet-assistant listener' AND datname = current_database()`;
  if (chance(40) === 0) {
    const which = chance(2);
    await servers[which]!.kill();
    servers[which] = start('http');
    await servers[which].ready;
  }
}

async function writeAll(subscriberId: string, orderId: string, chance: (below: number) => number) {
  const event = { subscriberId, kind: 'SERVICE_ORDER', orderId, state: 'IN_PROGRESS' } as const;
  const write = async (writer: number) => {
    for (let i = 0; i < EVENTS / 3; i++) {
      await app.db.$transaction((tx) => appendEvent(app, tx, event));
      if (writer === 0) await disturb(chance);
    }
  };
  await Promise.all([0, 1, 2].map(write));
}

test(
  'readers that reconnect by cursor at random moments, on two servers that die and come back, miss nothing and see nothing twice',
  { timeout: 600_000 },
  async () => {
    for (let seed = 1; seed <= rounds(1, 30); seed++) {
      const chance = seeded(seed);
      const phoneNumber = `+791677700${String(seed).padStart(2, '0')}`;
      const { id: subscriberId } = await newLine(app.db, { phoneNumber });
      const orderId = await addOrder(app, subscriberId);
      const readers = [
        readAll(subscriberId, phoneNumber, chance),
        readAll(subscriberId, phoneNumber, chance),
      ];
      await writeAll(subscriberId, orderId, chance);
      const inOrder = Array.from({ length: EVENTS }, (_, i) => i + 1);
      for (const { numbers, interruptions } of await Promise.all(readers)) {
        expect(numbers, `seed ${seed}`).toEqual(inOrder);
        expect(interruptions).toBeGreaterThan(3);
      }
    }
  },
);
