import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { appendEvent, eventsTopic } from '../../src/events/append.ts';
import { decodeCursor, encodeCursor } from '../../src/events/cursor.ts';
import { follow } from '../../src/events/follow.ts';
import { eventsAfter } from '../../src/events/gathered-reads.ts';
import type { LineEvent } from '../../src/events/news.ts';
import { EventsExpired, type Follow } from '../../src/events/start.ts';
import type { OrderState } from '../../src/generated/prisma/enums.ts';
import { newLine } from '../support/lines.ts';
import { rounds } from '../support/rounds.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
let subscriberId: string;
beforeAll(async () => {
  product = await startProduct({ works: false });
});
afterAll(() => product.stop());
beforeEach(async () => {
  subscriberId = (await newLine(product.app.db)).id;
});

const append = (orderId: string, state: OrderState): Promise<void> =>
  product.app.db.$transaction((tx) =>
    appendEvent(product.app, tx, { subscriberId, kind: 'SERVICE_ORDER', orderId, state }),
  );

const open = (wanted: Partial<Follow> = {}): Promise<AsyncGenerator<LineEvent>> =>
  follow(product.app, { subscriberId, kind: 'SERVICE_ORDER', ...wanted });

async function take(stream: AsyncGenerator<LineEvent>, count: number): Promise<LineEvent[]> {
  const events: LineEvent[] = [];
  while (events.length < count) events.push((await stream.next()).value);
  return events;
}

const places = (events: LineEvent[]) => events.map(({ seq, state }) => `${seq} ${state}`);
const [A, B] = ['0199a000-0000-7000-8000-00000000000a', '0199a000-0000-7000-8000-00000000000b'];

test('it begins with the last event of each open order, and goes on', async () => {
  await append(A, 'ACKNOWLEDGED');
  await append(B, 'ACKNOWLEDGED');
  await append(A, 'IN_PROGRESS');
  const stream = await open();
  expect(places(await take(stream, 2))).toEqual(['2 ACKNOWLEDGED', '3 IN_PROGRESS']);
  await append(A, 'COMPLETED');
  expect(places(await take(stream, 1))).toEqual(['4 COMPLETED']);
  await stream.return(undefined);
  const later = await open();
  expect(places(await take(later, 1))).toEqual(['2 ACKNOWLEDGED']);
  await later.return(undefined);
});

test('the stream of a named order tells of that order alone and ends with it, even when it is over', async () => {
  await append(A, 'ACKNOWLEDGED');
  await append(B, 'ACKNOWLEDGED');
  const stream = await open({ orderId: A });
  expect(places(await take(stream, 1))).toEqual(['1 ACKNOWLEDGED']);
  await append(B, 'IN_PROGRESS');
  await append(A, 'FAILED');
  expect(places(await take(stream, 1))).toEqual(['4 FAILED']);
  expect(await stream.next()).toMatchObject({ done: true });
  const over = await open({ orderId: A });
  expect(places(await take(over, 1))).toEqual(['4 FAILED']);
  expect(await over.next()).toMatchObject({ done: true });
});

test('the stream of an order that is over completes, whatever the cursor', async () => {
  await append(A, 'ACKNOWLEDGED');
  await append(A, 'COMPLETED');
  await append(B, 'ACKNOWLEDGED');
  for (const after of [0, 1, 2, 3]) {
    const stream = await open({ orderId: A, over: true, after });
    const seqs = await Array.fromAsync(stream, ({ seq }) => seq);
    expect(seqs).toEqual([1, 2].filter((seq) => seq > after));
  }
});

test(
  'going on from the newest cursor is never refused while others write',
  { timeout: 120_000 },
  async () => {
    const stop = new AbortController();
    const writer = (async () => {
      while (!stop.signal.aborted) await append(A, 'IN_PROGRESS');
    })();
    for (let i = 0; i < rounds(150, 5_000); i++) {
      const where = { id: subscriberId };
      const { lastEventSeq } = await product.app.db.subscriber.findUniqueOrThrow({ where });
      const stream = await open({ after: lastEventSeq });
      await stream.return(undefined);
    }
    stop.abort();
    await writer;
  },
);

test('with a cursor, everything since comes in order, without gap or repeat, under writers at once', async () => {
  const stream = await open({ after: 0 });
  const writers = Array.from({ length: 40 }, (_, i) => append(i % 2 ? A : B, 'IN_PROGRESS'));
  const seqs = (await take(stream, 40)).map(({ seq }) => seq);
  await Promise.all(writers);
  expect(seqs).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  await stream.return(undefined);
  const rest = await open({ after: 37 });
  expect((await take(rest, 3)).map(({ seq }) => seq)).toEqual([38, 39, 40]);
  await rest.return(undefined);
});

test('more than a page of events that happened meanwhile all come', async () => {
  for (let i = 0; i < 120; i++) await append(A, 'IN_PROGRESS');
  const stream = await open({ after: 5 });
  expect((await take(stream, 115)).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 115 }, (_, i) => i + 6),
  );
  await stream.return(undefined);
});

test('what a wake-up brings is told without a look at the table', async () => {
  const stream = await open();
  const next = take(stream, 2);
  product.statements();
  await append(A, 'ACKNOWLEDGED');
  await append(A, 'IN_PROGRESS');
  expect(places(await next)).toEqual(['1 ACKNOWLEDGED', '2 IN_PROGRESS']);
  expect(product.statements().filter((sql) => sql.includes('unnest'))).toEqual([]);
  await stream.return(undefined);
});

/** An event whose wake-up is lost on the way. */
const appendUnheard = (orderId: string, state: OrderState): Promise<void> =>
  product.app.db.$transaction((tx) =>
    appendEvent({ ...product.app, wakeUps: { ...product.app.wakeUps, notify: async () => {} } }, tx, {
      subscriberId,
      kind: 'SERVICE_ORDER',
      orderId,
      state,
    }),
  );

test('an event whose wake-up was lost is told before the next one', async () => {
  const stream = await open();
  const next = take(stream, 3);
  await append(A, 'ACKNOWLEDGED');
  await appendUnheard(A, 'IN_PROGRESS');
  await append(B, 'ACKNOWLEDGED');
  expect(places(await next)).toEqual(['1 ACKNOWLEDGED', '2 IN_PROGRESS', '3 ACKNOWLEDGED']);
  await stream.return(undefined);
});

test.each(['{', 'null', '{}', '{"seq":"2"}'])(
  'a wake-up that says %s is merely a reason to look',
  async (news) => {
    const stream = await open();
    const next = take(stream, 2);
    await append(A, 'ACKNOWLEDGED');
    await appendUnheard(A, 'IN_PROGRESS');
    await product.app.db.$transaction((tx) =>
      product.app.wakeUps.notify(tx, eventsTopic(subscriberId), news),
    );
    expect(places(await next)).toEqual(['1 ACKNOWLEDGED', '2 IN_PROGRESS']);
    await stream.return(undefined);
  },
);

test('events of another kind and of other orders leave no gap', async () => {
  const stream = await open({ orderId: A });
  const next = take(stream, 2);
  product.statements();
  await append(A, 'ACKNOWLEDGED');
  await product.app.db.$transaction((tx) =>
    appendEvent(product.app, tx, { subscriberId, kind: 'DETAIL_ORDER', orderId: B, state: 'IN_PROGRESS' }),
  );
  await append(B, 'ACKNOWLEDGED');
  await append(A, 'IN_PROGRESS');
  expect(places(await next)).toEqual(['1 ACKNOWLEDGED', '4 IN_PROGRESS']);
  expect(product.statements().filter((sql) => sql.includes('unnest'))).toEqual([]);
  await stream.return(undefined);
});

test('a reader that is slow for longer than events are kept for it gets each of them all the same', async () => {
  const stream = await open();
  await append(A, 'ACKNOWLEDGED');
  expect(await take(stream, 1)).toHaveLength(1);
  const quick = await open();
  const told = take(quick, 231);
  for (let i = 0; i < 230; i++) await append(A, 'IN_PROGRESS');
  await told;
  await quick.return(undefined);
  const seqs = (await take(stream, 230)).map(({ seq }) => seq);
  expect(seqs).toEqual(Array.from({ length: 230 }, (_, i) => i + 2));
  await stream.return(undefined);
});

test('a lost listening connection costs no event', async () => {
  const stream = await open({ after: 0 });
  await append(A, 'ACKNOWLEDGED');
  expect(await take(stream, 1)).toHaveLength(1);
  await product.app.db.$queryRaw`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'internet-assistant listener' AND datname = current_database()`;
  await append(A, 'IN_PROGRESS');
  expect(places(await take(stream, 1))).toEqual(['2 IN_PROGRESS']);
  await stream.return(undefined);
});

test('a stream that cannot look for a while goes on when it can', async () => {
  const { db } = product.app;
  let away = false;
  let refused = () => {};
  const looked = new Promise<void>((resolve) => (refused = resolve));
  const $queryRaw: typeof db.$queryRaw = (...args) => {
    if (!away) return db.$queryRaw(...args);
    refused();
    return Promise.reject(new Error('away')) as never;
  };
  const flaky = { $queryRaw } as unknown as typeof db;
  const stream = await follow(
    { ...product.app, db: flaky },
    { subscriberId, kind: 'SERVICE_ORDER', after: 0 },
  );
  const next = take(stream, 2);
  away = true;
  await append(A, 'ACKNOWLEDGED');
  await looked;
  away = false;
  await append(A, 'IN_PROGRESS');
  expect(places(await next)).toEqual(['1 ACKNOWLEDGED', '2 IN_PROGRESS']);
  await stream.return(undefined);
});

test('a reader that stops while it waits is let go at once', async () => {
  const stream = await open();
  const waiting = stream.next();
  await stream.return(undefined);
  expect(await waiting).toMatchObject({ done: true });
});

test('a cursor from before what is kept is refused', async () => {
  for (const state of ['ACKNOWLEDGED', 'IN_PROGRESS', 'COMPLETED'] as const) await append(A, state);
  await product.app.db.event.deleteMany({ where: { subscriberId, seq: { lte: 2 } } });
  await expect(open({ after: 1 })).rejects.toThrow(EventsExpired);
  const kept = await open({ after: 2 });
  expect(places(await take(kept, 1))).toEqual(['3 COMPLETED']);
  await kept.return(undefined);
});

test('a cursor from before an order that is open, and whose events are kept for longer than those since, is refused', async () => {
  for (const order of [A, B, A]) await append(order, 'IN_PROGRESS');
  await product.app.db.event.deleteMany({ where: { subscriberId, seq: 2 } });
  await expect(open({ after: 0 })).rejects.toThrow(EventsExpired);
  await (await open({ after: 2 })).return(undefined);
});

test('a cursor ahead of all that happened is refused', async () => {
  await append(A, 'ACKNOWLEDGED');
  await expect(open({ after: 2 })).rejects.toThrow(EventsExpired);
  const stream = await open({ after: 1 });
  await stream.return(undefined);
});

test('a cursor is good for its own line only, and cannot be made up', () => {
  const { secrets } = product.app;
  const cursor = encodeCursor(secrets, A, 41);
  expect(decodeCursor(secrets, A, cursor)).toBe(41);
  expect(decodeCursor(secrets, B, cursor)).toBeUndefined();
  expect(decodeCursor(secrets, A, cursor.replace(/^[^.]+/, '16'))).toBeUndefined();
  for (const made of ['', '.', '41', 'x'.repeat(500)]) expect(decodeCursor(secrets, A, made)).toBeUndefined();
});

test('streams that look at the same moment are answered by one statement, each with its own', async () => {
  await append(A, 'ACKNOWLEDGED');
  await append(B, 'ACKNOWLEDGED');
  await append(A, 'IN_PROGRESS');
  const look = { subscriberId, kind: 'SERVICE_ORDER' } as const;
  product.statements();
  const looks = await Promise.all([
    eventsAfter(product.app.db, { ...look, after: 0 }),
    eventsAfter(product.app.db, { ...look, after: 1, orderId: A }),
    eventsAfter(product.app.db, { ...look, after: 3 }),
    eventsAfter(product.app.db, { ...look, after: 2 }),
    eventsAfter(product.app.db, { ...look, kind: 'DETAIL_ORDER', after: 0 }),
  ]);
  expect(looks.map((events) => events.map(({ seq }) => seq))).toEqual([[1, 2, 3], [3], [], [3], []]);
  expect(product.statements()).toHaveLength(1);
});
