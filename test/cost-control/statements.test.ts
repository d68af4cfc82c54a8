import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { addDays, addMonths, type Day, dayOf, fromColumn, startOf } from '../../src/calendar.ts';
import { fileKey } from '../../src/cost-control/link.ts';
import { clearAwayHandler } from '../../src/upkeep/clear-away.ts';
import {
  ChangePasswordDocument,
  DetailOrdersDocument,
  DetailOrderUpdatedDocument,
  OrderDetailDocument,
  type OrderDetailInput,
  RevokeDocument,
  SignOutDocument,
  SpendingDocument,
} from '../../src/generated/operations.ts';
import { all, type Client } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';

const PHONE = '+79160000001';
const ZONE = 'Europe/Moscow';
/** Far enough for the day of the last year on which the clocks went back. */
const MONTHS_BACK = 13;
let product: Running;
beforeAll(async () => {
  product = await startProduct({
    settings: { SMS_PER_10_MINUTES: '1000', SMS_PER_DAY: '1000', DETAIL_MONTHS_BACK: String(MONTHS_BACK) },
  });
});
afterAll(() => product.stop());
beforeEach(() => product.clock.advance({ seconds: 61 }));

async function signedIn(phoneNumber = PHONE, language = 'en'): Promise<Client> {
  const client = product.client(language);
  await client.signIn(phoneNumber);
  return client;
}

const today = (): Day => dayOf(product.clock.now(), ZONE);

const order = async (client: Client, input: Partial<OrderDetailInput> = {}) =>
  (
    await client.run(OrderDetailDocument, {
      input: {
        from: addDays(today(), -30),
        to: today(),
        format: 'CSV',
        idempotencyKey: crypto.randomUUID(),
        ...input,
      },
    })
  ).orderDetail;

async function accepted(client: Client, input: Partial<OrderDetailInput> = {}): Promise<string> {
  const placed = await order(client, input);
  if (placed.__typename !== 'DetailOrderAccepted') throw new Error(placed.__typename);
  return placed.order.id;
}

/** Follows a statement to its end and gives what it came to. */
async function made(client: Client, input: Partial<OrderDetailInput> = {}) {
  const orderId = await accepted(client, input);
  const events = (await all(client.overWebSocket(DetailOrderUpdatedDocument, { orderId }))).map(
    ({ detailOrderUpdated }) => detailOrderUpdated,
  );
  return { ...events.at(-1)!.order, events };
}

/** The link as it is reached here: the port is the test's own. */
const open = (downloadUrl: string | null | undefined, headers: Record<string, string> = {}) =>
  fetch(new URL(new URL(downloadUrl!).pathname, product.url), { headers });

const inDatabase = async (phoneNumber: string, from: Day, to: Day) => {
  const { db } = product.app;
  const { id } = await db.subscriber.findUniqueOrThrow({ where: { phoneNumber } });
  return db.usageRecord.findMany({
    where: { subscriberId: id, at: { gte: startOf(from, ZONE), lt: startOf(addDays(to, 1), ZONE) } },
    orderBy: [{ at: 'asc' }, { recordId: 'asc' }],
  });
};

describe('a statement', () => {
  test('is made, followed to its end, and downloaded: its count, size and checksum are true', async () => {
    const client = await signedIn();
    const statement = await made(client);
    expect(statement.events.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['IN_PROGRESS', 'COMPLETED']),
    );
    expect(statement).toMatchObject({ state: 'COMPLETED', progress: 100, failure: null });
    const response = await open(statement.downloadUrl);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="statement-79160000001-.*\.csv"$/,
    );
    expect(bytes.length).toBe(statement.byteSize);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(statement.sha256);
    const records = await inDatabase(PHONE, addDays(today(), -30), today());
    expect(statement.recordCount).toBe(records.length);
    expect(records.length).toBeGreaterThan(200);
    for (const { peer } of records.slice(0, 5)) expect(bytes.toString('utf8')).toContain(peer);
    const { me } = await client.run(DetailOrdersDocument);
    expect(me!.detailOrders.edges[0]!.node.id).toBe(statement.id);
  });

  test.each(['PDF', 'XLSX', 'CSV', 'HTML', 'XML'] as const)(
    'comes as %s, in each language',
    async (format) => {
      for (const language of ['ru', 'en', 'nl']) {
        product.clock.advance({ minutes: 11 });
        const client = await signedIn(PHONE, language);
        const statement = await made(client, { format, from: addDays(today(), -2) });
        expect(statement.state).toBe('COMPLETED');
        const response = await open(statement.downloadUrl);
        expect((await response.arrayBuffer()).byteLength).toBe(statement.byteSize);
      }
    },
  );

  test('says the same as spending', async () => {
    const client = await signedIn();
    const [from, to] = [addDays(today(), -20), addDays(today(), -1)];
    const statement = await made(client, { format: 'XML', from, to });
    const { me } = await client.run(SpendingDocument, { from, to });
    const text = await (await open(statement.downloadUrl)).text();
    for (const { total } of me!.spending.lines) expect(text).toContain(total.amount);
    expect(text).toContain(me!.spending.total.amount);
    const calls = me!.spending.lines.find(({ kind }) => kind === 'CALLS')!;
    const records = await inDatabase(PHONE, from, to);
    expect(calls.count).toBe(records.filter(({ kind }) => kind === 'CALL').length);
    const cost = records.filter(({ kind }) => kind === 'CALL').reduce((sum, record) => sum + record.cost, 0n);
    expect(Number(calls.total.amount)).toBe(Number(cost) / 100);
  });
});

describe('a period', () => {
  test('has 31 days at the most, within six months, not in the future, the right way round', async () => {
    const client = await signedIn();
    const refused = async (from: Day, to: Day) => (await order(client, { from, to })).__typename;
    expect(await refused(addDays(today(), -31), today())).toBe('InvalidPeriod');
    expect(await refused(addDays(today(), 1), addDays(today(), 1))).toBe('InvalidPeriod');
    expect(await refused(today(), addDays(today(), 1))).toBe('InvalidPeriod');
    expect(await refused(today(), addDays(today(), -1))).toBe('InvalidPeriod');
    const earliest = addMonths(today(), -MONTHS_BACK);
    expect(await refused(addDays(earliest, -1), earliest)).toBe('InvalidPeriod');
    expect(await order(client, { from: addDays(today(), -40), to: today() })).toMatchObject({
      __typename: 'InvalidPeriod',
      earliest,
      latest: today(),
      maxDays: 31,
      message: `Choose a period of at most 31 days, from ${earliest} to ${today()}.`,
    });
    expect(await refused(addDays(today(), -30), today())).toBe('DetailOrderAccepted');
    expect(await refused(earliest, earliest)).toBe('DetailOrderAccepted');
  });

  test('that is no day at all is bad input', async () => {
    const client = await signedIn('+79160000002');
    for (const from of ['2026-02-30', 'yesterday', '2026-1-1', '']) {
      const answer = await client.query(
        'mutation ($input: OrderDetailInput!) { orderDetail(input: $input) { __typename } }',
        { input: { from, to: '2026-03-01', format: 'CSV', idempotencyKey: 'k' } },
      );
      expect(answer.errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  test('goes by the line’s own days, across a month’s end and a change of the clock', async () => {
    const { db } = product.app;
    const timeZone = 'Europe/Amsterdam';
    const line = await db.subscriber.update({ where: { phoneNumber: '+79160000005' }, data: { timeZone } });
    const lastSunday = lastSundayOfOctober(product.clock.now());
    const next = addDays(lastSunday, 1);
    const moments = [
      [startOf(lastSunday, timeZone), 'first'],
      [new Date(startOf(next, timeZone).getTime() - 1_000), 'last'],
      [startOf(next, timeZone), 'after'],
      [new Date(startOf(lastSunday, timeZone).getTime() - 1_000), 'before'],
    ] as const;
    expect(startOf(next, timeZone).getTime() - startOf(lastSunday, timeZone).getTime()).toBe(25 * 3_600_000);
    const { addRecords } = await import('../../src/usage/add-records.ts');
    const { ensureParts, monthOf } = await import('../../src/usage/parts.ts');
    await ensureParts(db, new Set(moments.map(([at]) => monthOf(at))));
    const rest = { subscriberId: line.id, kind: 'SMS', amount: 1n, cost: 1n } as const;
    await db.$transaction((tx) =>
      addRecords(
        tx,
        moments.map(([at, peer]) => ({ ...rest, at, peer, recordId: peer })),
      ),
    );
    const client = await signedIn('+79160000005');
    const statement = await made(client, { from: lastSunday, to: lastSunday });
    const text = await (await open(statement.downloadUrl)).text();
    expect(statement.recordCount).toBe(2);
    expect([
      text.includes('first'),
      text.includes('last'),
      text.includes('after'),
      text.includes('before'),
    ]).toEqual([true, true, false, false]);
    const { me } = await client.run(SpendingDocument, { from: lastSunday, to: lastSunday });
    expect(me!.spending.lines).toMatchObject([{ kind: 'MESSAGES', count: 2 }]);
  });
});

/** The day that Europe's clocks last went back. */
function lastSundayOfOctober(now: Date): Day {
  const year = now.getUTCMonth() >= 10 ? now.getUTCFullYear() : now.getUTCFullYear() - 1;
  const last = new Date(Date.UTC(year, 9, 31));
  return addDays(fromColumn(last), -last.getUTCDay());
}

describe('a link', () => {
  test('opens without a sign-in, in ranges, and for nobody who changes it', async () => {
    const client = await signedIn('+79160000004');
    const { downloadUrl, byteSize, sha256 } = await made(client);
    const whole = Buffer.from(await (await open(downloadUrl)).arrayBuffer());
    const part = await open(downloadUrl, { range: 'bytes=10-19' });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${byteSize}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(10, 20));
    const end = await open(downloadUrl, { range: 'bytes=-5' });
    expect(Buffer.from(await end.arrayBuffer())).toEqual(whole.subarray(-5));
    const rest = await open(downloadUrl, { range: `bytes=${byteSize! - 3}-`, 'if-range': `"${sha256}"` });
    expect(Buffer.from(await rest.arrayBuffer())).toEqual(whole.subarray(-3));
    expect((await open(downloadUrl, { range: 'bytes=5-9', 'if-range': '"another"' })).status).toBe(200);
    expect((await open(downloadUrl, { range: `bytes=${byteSize}-` })).status).toBe(416);
    expect((await open(downloadUrl, { range: 'bytes=0-1,3-4' })).status).toBe(200);
    const head = await fetch(new URL(new URL(downloadUrl!).pathname, product.url), { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(byteSize)]);
    for (const broken of [
      `${downloadUrl}x`,
      downloadUrl!.replace(/.$/, ''),
      downloadUrl!.replace(/\.[^.]+$/, '.'),
    ])
      expect((await open(broken)).status).toBe(404);
    expect((await open('http://x/files/../secrets.json')).status).toBe(404);
  });

  const ends: [string, (client: Client, id: string, password: string) => Promise<unknown>][] = [
    ['revoke', (client, id) => client.run(RevokeDocument, { id })],
    ['signing out everywhere', (client) => client.run(SignOutDocument, { everywhere: true })],
    [
      'a new password',
      (client, _id, currentPassword) =>
        client.run(ChangePasswordDocument, {
          input: { currentPassword, newPassword: 'a long and lonely whale' },
        }),
    ],
    [
      'the first use of a new SMS password',
      async () => {
        product.clock.advance({ minutes: 11 });
        await signedIn('+79160000006');
      },
    ],
    [
      'its time',
      async () => {
        product.clock.advance({ days: 7, seconds: 1 });
      },
    ],
  ];
  test('that was taken back no longer says until when its file is there', async () => {
    const client = await signedIn('+79160000006');
    const { id, expiresAt } = await made(client, { from: addDays(today(), -1) });
    expect(expiresAt).not.toBeNull();
    await client.run(RevokeDocument, { id });
    const text = 'query ($id: ID!) { node(id: $id) { ... on DetailOrder { expiresAt downloadUrl } } }';
    expect((await client.query(text, { id })).data.node).toEqual({ expiresAt: null, downloadUrl: null });
  });

  test.each(ends)('ends by %s, and its file goes', async (_name, end) => {
    product.clock.advance({ days: 1 });
    const client = product.client('en');
    const password = await client.signIn('+79160000006');
    const { downloadUrl, id } = await made(client, { from: addDays(today(), -1) });
    expect((await open(downloadUrl)).status).toBe(200);
    await end(client, id, password);
    expect((await open(downloadUrl)).status).toBe(404);
    await clearAwayHandler(product.app).run({});
    const row = await product.app.db.detailOrder.findFirstOrThrow({ orderBy: { createdAt: 'desc' } });
    expect(row.fileRemovedAt).not.toBeNull();
    expect(await product.app.files.read(fileKey(row))).toBeUndefined();
  });

  test('outlives a plain sign-out', async () => {
    product.clock.advance({ days: 1 });
    const client = await signedIn('+79160000006');
    const { downloadUrl } = await made(client, { from: addDays(today(), -1) });
    await client.run(SignOutDocument);
    expect((await open(downloadUrl)).status).toBe(200);
  });
});

describe('by mail', () => {
  test('the file comes as an attachment, the owner is told by SMS', async () => {
    const client = await signedIn('+79160000007', 'ru');
    const statement = await made(client, { delivery: 'EMAIL', email: 'olga@example.com', format: 'PDF' });
    expect(statement).toMatchObject({ state: 'COMPLETED', email: 'olga@example.com', delivery: 'EMAIL' });
    const mails = (await (await fetch(`${product.url}/dev/mail?to=olga%40example.com`)).json()) as {
      subject: string;
      attachments: { filename: string }[];
    }[];
    expect(mails).toHaveLength(1);
    expect(mails[0]!.subject).toContain('Детализация +79160000007');
    expect(mails[0]!.attachments).toMatchObject([{ filename: expect.stringMatching(/\.pdf$/) }]);
    await expect.poll(async () => (await client.smsTo('+79160000007'))[0]?.text).toContain('Детализация');
  });

  test('a server that says later is asked again; one that says never ends the order', async () => {
    const client = await signedIn('+79160000002');
    const send = vi
      .spyOn(product.app.mail, 'send')
      .mockResolvedValueOnce({ outcome: 'REFUSED', reason: 'greylisted', permanent: false });
    expect(await made(client, { delivery: 'EMAIL', email: 'a@example.com' })).toMatchObject({
      state: 'COMPLETED',
    });
    expect(send).toHaveBeenCalledTimes(2);
    send.mockResolvedValueOnce({ outcome: 'REFUSED', reason: 'no such mailbox', permanent: true });
    expect(await made(client, { delivery: 'EMAIL', email: 'b@example.com' })).toMatchObject({
      state: 'FAILED',
      progress: 95,
      failure: { code: 'DELIVERY_FAILED', message: 'The file could not be delivered. Order it again.' },
    });
    send.mockRestore();
  });

  test('an address goes with EMAIL and with nothing else, and a changed SIM mails nothing today', async () => {
    const client = await signedIn('+79160000009');
    expect((await order(client, { delivery: 'EMAIL' })).__typename).toBe('InvalidDelivery');
    expect((await order(client, { email: 'a@example.com' })).__typename).toBe('InvalidDelivery');
    await product.app.db.subscriber.update({
      where: { phoneNumber: '+79160000009' },
      data: { simChangedAt: product.clock.now() },
    });
    expect((await order(client, { delivery: 'EMAIL', email: 'a@example.com' })).__typename).toBe(
      'RecentSimChange',
    );
    expect((await order(client)).__typename).toBe('DetailOrderAccepted');
  });
});

test('a key gives one statement, however often it is sent; twenty a day are enough', async () => {
  product.clock.advance({ days: 1 });
  const client = await signedIn('+79160000008');
  const ids = await Promise.all(
    Array.from({ length: 10 }, () => accepted(client, { idempotencyKey: 'one' })),
  );
  expect(new Set(ids).size).toBe(1);
  expect((await order(client, { idempotencyKey: 'one', format: 'XML' })).__typename).toBe(
    'IdempotencyKeyReused',
  );
  for (let i = 0; i < 19; i++) await accepted(client);
  expect(await order(client)).toMatchObject({ __typename: 'TooManyRequests', code: 'TOO_MANY_REQUESTS' });
});

test('nobody else sees it, and staff see it without its link and address', async () => {
  const { devStaffToken } = await import('../../src/staff/tokens.ts');
  const client = await signedIn('+79160000003');
  const { id } = await made(client);
  const support = product.client('en');
  support.token = await devStaffToken(product.app, ['support']);
  const look = 'query ($id: ID!) { node(id: $id) { ... on DetailOrder { state downloadUrl email } } }';
  expect((await support.query(look, { id })).data.node).toEqual({
    state: 'COMPLETED',
    downloadUrl: null,
    email: null,
  });
  const other = await signedIn('+79160000002');
  expect((await other.query(look, { id })).data.node).toBeNull();
  expect((await other.run(RevokeDocument, { id })).revoke.__typename).toBe('NotFound');
  expect((await support.query('mutation ($id: ID!) { revoke(id: $id) { __typename } }', { id })).status).toBe(
    403,
  );
});
