import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '../../src/events/cursor.ts';
import { ActivateServiceDocument, ServiceOrderUpdatedDocument } from '../../src/generated/operations.ts';
import { topUp } from '../../src/ledger/top-up.ts';
import { type Client, documentId } from '../support/client.ts';
import { makeTemplate } from '../support/database.ts';
import { freshLine } from '../support/lines.ts';
import { type MortalPostgres, startMortalPostgres } from '../support/mortal-postgres.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';
import { RawSocket } from '../support/socket.ts';

const LINES = 4;
const SERVICES = ['VOICEMAIL', 'CALLER_ID', 'MISSED_CALLS', 'WEATHER', 'ANTISPAM', 'BACKUP_CONTACTS'];
/** The promise: this long after PostgreSQL is back, everything is. */
const RECOVERED_MS = 5_000;

let postgres: MortalPostgres;
let product: Running;
beforeAll(async () => {
  postgres = await startMortalPostgres();
  await makeTemplate(postgres.url('postgres'), 'assistant');
  const database = { url: postgres.url('assistant'), drop: async () => {} };
  product = await startProduct({ database, settings: { LOG_LEVEL: 'silent' } });
  await product.app.db.subscriber.createMany({
    data: Array.from({ length: LINES }, (_, i) => ({
      ...freshLine(),
      phoneNumber: `+7916778000${i}`,
      fullName: `Line ${i}`,
    })),
  });
  for (const { id } of await product.app.db.subscriber.findMany({
    where: { fullName: { startsWith: 'Line ' } },
  }))
    await topUp(product.app, { subscriberId: id, amount: 1_000_00n, reference: 'first' });
});
afterAll(async () => {
  await product.stop();
  await postgres.stop();
});

interface Line {
  client: Client;
  subscriberId: string;
}

async function openLine(_: unknown, i: number): Promise<Line> {
  const { id, phoneNumber } = await product.app.db.subscriber.findUniqueOrThrow({
    where: { phoneNumber: `+7916778000${i}` },
  });
  const client = product.client('en');
  client.token = await openSession(product.app, phoneNumber);
  return { client, subscriberId: id };
}

/** Asks until it is answered, as an app does with a person's one wish; says how often it was put off. */
async function order({ client }: Line, serviceCode: string): Promise<number> {
  for (let refused = 0; ; refused++) {
    const answer = await client.post({
      documentId: documentId(ActivateServiceDocument as never),
      variables: { input: { serviceCode, idempotencyKey: serviceCode } },
    });
    if (answer.status === 200) {
      expect(answer.data.activateService.__typename).toBe('ServiceOrderAccepted');
      return refused;
    }
    expect(answer).toMatchObject({ status: 503, errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
  }
}

/** Follows a line to its last event, going on by cursor whenever a stream ends. */
async function readAll({ client, subscriberId }: Line, transport: 'overSse' | 'overWebSocket') {
  const numbers: number[] = [];
  let completed = 0;
  let after = encodeCursor(product.app.secrets, subscriberId, 0);
  while (completed < SERVICES.length) {
    try {
      for await (const { serviceOrderUpdated } of client[transport](ServiceOrderUpdatedDocument, { after })) {
        after = serviceOrderUpdated.cursor;
        numbers.push(decodeCursor(product.app.secrets, subscriberId, after)!);
        if (serviceOrderUpdated.state === 'COMPLETED') completed++;
        if (completed === SERVICES.length) break;
      }
    } catch (error) {
      // The client's library throws an error, the list of an operation's errors, or the event of a socket's end
      const said = error instanceof Error ? error.message : ((error as { code?: number }).code ?? error);
      expect(JSON.stringify(said)).toMatch(/UNAVAILABLE|503|1013/);
    }
  }
  return numbers;
}

const ready = async () => (await fetch(`${product.url}/health/ready`)).status;
const listening = () => product.app.db.$queryRaw<unknown[]>`
  SELECT 1 FROM pg_stat_activity
  WHERE application_name = 'internet-assistant listener' AND datname = current_database()`;

test(
  'PostgreSQL killed under load: refused at once, back by itself within 5 seconds, and nothing is lost',
  { timeout: 120_000 },
  async () => {
    const lines = await Promise.all(Array.from({ length: LINES }, openLine));
    const readers = Promise.all(
      lines.flatMap((line) => [readAll(line, 'overSse'), readAll(line, 'overWebSocket')]),
    );
    readers.catch(() => {});
    const [first, second, ...rest] = SERVICES as [string, string, ...string[]];
    await Promise.all(lines.map((line) => order(line, first)));
    const underWay = Promise.all(lines.map((line) => order(line, second)));
    underWay.catch(() => {});
    await postgres.kill();

    const { client } = lines[0]!;
    const began = performance.now();
    expect(await client.query('{ me { id } }')).toMatchObject({
      status: 503,
      errors: [{ extensions: { code: 'UNAVAILABLE' } }],
    });
    expect(await ready()).toBe(503);
    await expect(RawSocket.open(product.url, client.token)).rejects.toThrow('closed');
    expect(performance.now() - began).toBeLessThan(2_000);
    // What needs no database is there all the same
    expect((await product.client().query('{ services { totalCount } }')).status).toBe(200);

    const orders = Promise.all(
      lines.map(async (line) => {
        for (const code of rest) await order(line, code);
      }),
    );
    orders.catch(() => {});
    await postgres.restart();
    const options = { timeout: RECOVERED_MS, interval: 50 };
    await expect.poll(ready, options).toBe(200);
    await expect.poll(async () => (await client.query('{ me { id } }')).status, options).toBe(200);
    await expect.poll(async () => (await listening()).length, options).toBe(1);
    await Promise.all([underWay, orders]);
    const open = () => product.app.db.serviceOrder.count({ where: { finishedAt: null } });
    await expect.poll(open, { timeout: 30_000, interval: 100 }).toBe(0);

    const states = await product.app.db.serviceOrder.groupBy({ by: ['state'], _count: true });
    expect(states).toEqual([{ state: 'COMPLETED', _count: LINES * SERVICES.length }]);
    // An order that was given as the database went away is not told of as under way, only as done
    for (const numbers of await readers) {
      expect(numbers).toEqual(numbers.map((_, i) => i + 1));
      expect(numbers.length).toBeGreaterThanOrEqual(SERVICES.length * 2);
    }
  },
);

test('a stream that waits while PostgreSQL is away goes on by itself, and the work goes on', async () => {
  const line = await openLine(undefined, 0);
  product.app.devTools.network.steer({ hold: true });
  await order(line, 'ROAMING');
  const streams = (['overSse', 'overWebSocket'] as const).map((transport) =>
    line.client[transport](ServiceOrderUpdatedDocument, {}),
  );
  for (const stream of streams) {
    let state = '';
    while (state !== 'IN_PROGRESS') state = (await stream.next()).value!.serviceOrderUpdated.state;
  }
  const next = Promise.all(streams.map((stream) => stream.next()));
  await postgres.kill();
  await postgres.restart();
  product.app.devTools.network.steer({ hold: false });
  for (const { value } of await next) expect(value!.serviceOrderUpdated.state).toBe('COMPLETED');
  for (const stream of streams) await stream.return(undefined);
});
