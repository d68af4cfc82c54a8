import fc from 'fast-check';
import { getNamedType, type GraphQLObjectType, isLeafType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AccountDocument,
  CatalogueDocument,
  LineDocument,
  RevokeDocument,
  ServicesDocument,
  ServiceStandingsDocument,
  SessionsDocument,
  SignOutDocument,
} from '../../src/generated/operations.ts';
import { catalogueFile, loadCatalogue } from '../../src/catalogue/load-catalogue.ts';
import { schema } from '../../src/graphql/schema.ts';
import { devStaffToken } from '../../src/staff/tokens.ts';
import { all, type Client } from '../support/client.ts';
import { demoCatalogue } from '../support/demo-catalogue.ts';
import { addOrder } from '../support/events.ts';
import { asCold, isHot } from '../support/hot.ts';
import { rounds } from '../support/rounds.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

const PHONE = '+79160000001';
const OTHER = '+79160000008';
const HOUR_MS = 3_600_000;
/** The first run plans; from the second on the plan answers. */
const RUNS = 5;

let product: Running;
let owner: Client;
let staff: Client;
let guest: Client;
/** Cursors of the owner's statements, and of nothing. */
let cursors: string[];
beforeAll(async () => {
  // Nothing looks by itself meanwhile: every statement is a request's
  product = await startProduct({ lookAgainMs: HOUR_MS, works: false });
  [owner, staff, guest] = [product.client(), product.client('en'), product.client()];
  owner.token = await openSession(product.app, PHONE);
  staff.token = await devStaffToken(product.app, ['support']);
  for (const phoneNumber of [PHONE, OTHER]) await fill(phoneNumber);
  const { data } = await owner.query('{ me { detailOrders { edges { cursor } } } }');
  cursors = data.me.detailOrders.edges.map(({ cursor }: { cursor: string }) => cursor);
  cursors.push(Buffer.from('GPC:J:["x","y"]').toString('base64'), 'nothing');
});
afterAll(() => product.stop());

/** Orders of every kind, open and ended, and statements with and without a file. */
async function fill(phoneNumber: string): Promise<void> {
  const { db } = product.app;
  const { id: subscriberId } = await db.subscriber.findUniqueOrThrow({ where: { phoneNumber } });
  const ended = await addOrder(product.app, subscriberId, 'WEATHER');
  await db.serviceOrder.updateMany({
    where: { id: ended },
    data: { state: 'FAILED', failureCode: 'REFUSED_BY_NETWORK', finishedAt: new Date() },
  });
  await addOrder(product.app, subscriberId, 'VOICEMAIL');
  const now = new Date();
  for (const byteSize of [null, 1_000, 2_000]) {
    const times = { from: now, to: now, dataCompleteThrough: now, createdAt: now };
    const made = { fee: 100n, byteSize, expiresAt: byteSize ? now : null };
    await db.detailOrder.create({
      data: { subscriberId, ...times, ...made, format: 'CSV', delivery: 'DOWNLOAD', language: 'en' },
    });
    await db.subscriber.update({ where: { id: subscriberId }, data: { held: { increment: made.fee } } });
  }
}

/** What a query answers, but for the request's own id and the places of a text that differs. */
async function answerOf(client: Client, query: string) {
  const { status, data, errors } = await client.query(query);
  return {
    status,
    data,
    errors: errors?.map(({ message, path, extensions: { code } }) => ({
      message: message.replace(/Request .*/, ''),
      path,
      code,
    })),
  };
}

async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  product.statements();
  await work();
  // What staff have seen is written down a moment later, whatever runs then
  return product.statements().filter((sql) => !sql.includes('staff_reads'));
}

describe('one statement of plain rows, the look at the session included', () => {
  const HOT: [string, () => Promise<unknown>][] = [
    ['Account', () => owner.run(AccountDocument)],
    ['Services', () => owner.run(ServicesDocument, { first: 5, filter: { status: ['ACTIVE'] } })],
    ['Line', () => staff.run(LineDocument, { phoneNumber: PHONE })],
    ['a dashboard', () => owner.query(DASHBOARD)],
    ['a list of lines', () => staff.query(LIST)],
    ['the second page of it', () => staff.query(SECOND)],
  ];
  const DASHBOARD = `{ me { fullName balance { amount } tariff { name }
    services(first: 10, filter: { status: [ACTIVE] }) { edges { node { status service { code } } } }
    detailOrders(first: 3) { edges { node { state createdAt } } } } }`;
  const LIST =
    '{ subscribers(first: 3) { edges { node { fullName services(first: 5) { edges { node { status } } } } } } }';
  let SECOND = '';
  beforeAll(async () => {
    const { data } = await staff.query('{ subscribers(first: 2) { pageInfo { endCursor } } }');
    SECOND = `{ subscribers(first: 2, after: "${data.subscribers.pageInfo.endCursor}") { edges { node { fullName } } } }`;
  });

  test.each(HOT)('%s', async (_name, ask) => {
    await ask();
    for (let run = 1; run < RUNS; run++) {
      const statements = await statementsOf(ask);
      expect(statements.filter(isHot)).toHaveLength(1);
      // An open order on its service is a query of its own
      expect(statements.filter((sql) => !isHot(sql) && !sql.includes('"service_orders"'))).toEqual([]);
    }
  });

  test('of a line no more than where its services stand, unless more of a service is asked for', async () => {
    const readFor = async (selected: string) => {
      const ask = () => owner.query(`{ me { services(first: 5) { edges { node { ${selected} } } } } }`);
      await ask();
      return (await statementsOf(ask)).find(isHot);
    };
    for (const column of ['active_since', 'tariff_changes', 'time_zone']) {
      expect(await readFor('status service { name }')).not.toContain(column);
      expect(await readFor('status ... on SubscriberService { actions { allowed } }')).toContain(column);
    }
  });

  test('of an order no more than what is asked for', async () => {
    const ask = () => owner.query('{ me { detailOrders(first: 3) { edges { node { state createdAt } } } } }');
    await ask();
    const statement = (await statementsOf(ask)).find(isHot);
    expect(statement).toContain('"created_at"');
    for (const column of ['sha256', 'next_look_at', '"fee"']) expect(statement).not.toContain(column);
  });

  test('over a socket and in the form of a stream, too', async () => {
    const account = await owner.run(AccountDocument);
    for (let run = 0; run < RUNS; run++) {
      expect(await all(owner.overWebSocket(AccountDocument, {}))).toEqual([account]);
      expect(await all(owner.overSse(AccountDocument, {}))).toEqual([account]);
    }
    const catalogue = await owner.run(CatalogueDocument, {});
    expect(await all(owner.overWebSocket(CatalogueDocument, {}))).toEqual([catalogue]);
  });

  test('no document of ours falls back without being known here', async () => {
    const standings = () => owner.run(ServiceStandingsDocument, { first: 3 });
    await standings();
    expect((await statementsOf(standings)).filter(isHot)).toHaveLength(1);
    // Sessions are shown by a condition on the time of day: that is Prisma's
    const sessions = () => owner.run(SessionsDocument);
    await sessions();
    expect((await statementsOf(sessions)).some(isHot)).toBe(false);
  });
});

describe('hot and cold answer the same', () => {
  const page = () =>
    fc.oneof(
      fc.constant(''),
      fc.constantFrom('first: 0', 'first: 1', 'first: 2', 'last: 0', 'last: 2', 'first: 101', 'first: null'),
      fc
        .tuple(
          fc.constantFrom('after', 'before'),
          fc.nat({ max: 4 }),
          fc.constantFrom('', ', first: 1', ', last: 1'),
        )
        .map(([side, place, size]) => `${side}: "${cursors[place]}"${size}`),
    );
  const inParentheses = (args: string) => (args ? `(${args})` : '');
  const filter = () =>
    fc.constantFrom(
      '',
      'filter: {}',
      'filter: null',
      'filter: { status: [ACTIVE] }',
      'filter: { status: [] }',
      'filter: { status: null, category: [INTERNET, CALLS] }',
      'filter: { status: [ACTIVATING, NOT_CONNECTED], search: "а" }',
      'filter: { status: [ACTIVATING, DEACTIVATING, ACTIVE] }',
    );
  const wrap = (node: fc.Arbitrary<string>) =>
    fc
      .tuple(fc.constantFrom('', 'totalCount', 'pageInfo { hasNextPage hasPreviousPage endCursor }'), node)
      .map(([more, inside]) => `{ ${more} edges { cursor node { ${inside} } } }`);
  const order = () =>
    fc.constantFrom(
      'id state',
      'createdAt finishedAt fee { amount }',
      'subscriber { fullName }',
      'subscriber { detailOrders(first: 1) { edges { node { id } } } }',
      '__typename ... on Node { id }',
      'state ... on Order { __typename ... on Node { id } }',
    );
  const field = () =>
    fc.oneof(
      fc.constantFrom(
        'id',
        'fullName',
        'status timeZone',
        'balance { amount currency } available { amount }',
        'tariff { name monthlyFee { amount } }',
        'tariff { name ... on ChargeCause { ... on Tariff { code } } }',
        'menu { key enabled }',
        'streamCursor',
        'service(code: "VOICEMAIL") { status openOrder { state } }',
        'a: service(code: "ROAMING") { id status }',
        'b: service(code: "ROAMING") { connectionFee { amount } }',
        'sessions { current }',
        'spending { total { amount } }',
      ),
      fc
        .tuple(
          fc.constantFrom('', 'a: ', 'b: '),
          filter(),
          page(),
          wrap(
            fc.constantFrom(
              'status service { code name }',
              'activeSince actions { allowed }',
              '... on SubscriberService { id recurringFee { amount } }',
              'openOrder { state }',
            ),
          ),
        )
        .map(
          ([alias, by, size, inside]) =>
            `${alias}services${inParentheses([by, size].filter(Boolean).join(', '))} ${inside}`,
        ),
      fc
        .tuple(
          fc.constantFrom('', 'a: ', 'b: '),
          fc.constantFrom('detailOrders', 'serviceOrders', 'tariffChanges', 'charges'),
          page(),
          wrap(order()),
        )
        .map(([alias, name, size, inside]) => {
          const fitting =
            name === 'charges' ? inside.replace(/node \{.*\} \} \}$/, 'node { id at } } }') : inside;
          return `${alias}${name}${inParentheses(size)} ${fitting}`;
        }),
    );
  const document = () =>
    fc
      .tuple(
        fc.constantFrom(
          'me',
          'subscribers(first: 2)',
          'subscribers(last: 1)',
          `subscriber(phoneNumber: "${OTHER}")`,
        ),
        fc.array(field(), { minLength: 1, maxLength: 4 }),
      )
      .map(([root, fields]) => {
        const selected = fields.join(' ');
        const inside = root.startsWith('subscribers') ? `edges { cursor node { ${selected} } }` : selected;
        return { root: root.replace(/\(.*/, ''), text: `{ ${root} { ${inside} } }` };
      });

  test(
    'whatever is asked, under whatever names, with whatever arguments, by whomever',
    { timeout: 120_000 },
    async () => {
      let hot = 0;
      await fc.assert(
        fc.asyncProperty(
          document(),
          fc.constantFrom('owner', 'staff', 'guest'),
          async ({ root, text }, who) => {
            const client = { owner, staff, guest }[who];
            const expected = await answerOf(client, asCold(text, root));
            expect(JSON.stringify([expected.errors])).not.toContain('INTERNAL_SERVER_ERROR');
            for (let run = 0; run < RUNS; run++) {
              const statements = await statementsOf(async () =>
                expect(await answerOf(client, text)).toEqual(expected),
              );
              if (statements.some(isHot)) hot++;
            }
          },
        ),
        { numRuns: rounds(60, 1_000) },
      );
      expect(hot).toBeGreaterThan(0);
    },
  );

  const CASES: [string, string][] = [
    [
      'two pages of one connection',
      '{ me { a: detailOrders(first: 1) { edges { node { id } } } b: detailOrders(first: 2) { edges { node { id } } } } }',
    ],
    [
      'the same page twice',
      '{ me { a: detailOrders(first: 2) { edges { node { id } } } b: detailOrders(first: 2) { edges { node { state } } } } }',
    ],
    [
      'orders, where services look at the open ones',
      '{ me { services(first: 3) { edges { node { status } } } serviceOrders(first: 1) { edges { node { id state } } } } }',
    ],
    [
      'a page of its own under either of two names',
      '{ me { a: detailOrders(first: 2) { edges { node { subscriber { c: detailOrders(first: 1) { edges { node { id } } } } } } } b: detailOrders(first: 2) { edges { node { subscriber { c: detailOrders(first: 3) { edges { node { id } } } } } } } } }',
    ],
    [
      'changes of tariff and the balance, beside where services stand',
      '{ me { balance { amount } tariffChanges(first: 2) { edges { node { id } } } services(first: 3) { edges { node { status } } } } }',
    ],
    [
      'a page from the end',
      '{ me { detailOrders(last: 2) { edges { node { id } } pageInfo { hasPreviousPage } } } }',
    ],
    [
      'nothing on a page',
      '{ me { detailOrders(first: 0) { edges { node { id } } pageInfo { hasNextPage endCursor } } } }',
    ],
  ];
  test.each(CASES)('%s', async (_name, text) => {
    const expected = await answerOf(owner, asCold(text, 'me'));
    expect(expected.errors).toBeUndefined();
    for (let run = 0; run < RUNS; run++) expect(await answerOf(owner, text)).toEqual(expected);
  });

  const OF_A_SERVICE = Object.values(
    (schema.getType('SubscriberService') as GraphQLObjectType).getFields(),
  ).map(({ name, type }) => (isLeafType(getNamedType(type)) ? name : `${name} { __typename }`));
  test.each(OF_A_SERVICE)('of a service on a line: %s', async (asked) => {
    const text = `{ me { service(code: "VOICEMAIL") { ${asked} } services(first: 3) { edges { node { ${asked} } } } } }`;
    const expected = await answerOf(owner, asCold(text, 'me'));
    expect(expected.errors).toBeUndefined();
    for (let run = 0; run < RUNS; run++) expect(await answerOf(owner, text)).toEqual(expected);
  });

  test('a fragment is read for itself where it stands alone, and with what is beside it elsewhere', async () => {
    const text = `{ me {
      a: service(code: "VOICEMAIL") { ...F }
      b: service(code: "VOICEMAIL") { ...F openOrder { subscriber { all: detailOrders(first: 50) { edges { node { id } } } } } }
    } }
    fragment F on SubscriberService { openOrder { subscriber { detailOrders(first: 1) { edges { node { id } } } } } }`;
    for (let run = 0; run < RUNS; run++) {
      const { a, b } = (await owner.query(text)).data.me;
      expect(a.openOrder.subscriber.detailOrders.edges).toHaveLength(1);
      expect(b.openOrder.subscriber.detailOrders.edges).toHaveLength(1);
      expect(b.openOrder.subscriber.all.edges).toHaveLength(3);
    }
  });

  test.each([[['A', 'B']], [['B', 'A']]])(
    'a fragment of two operations is read for each with its own defaults, asked %s',
    async (names) => {
      // Another text for each order, so that nothing is known of it
      const text = `query A($n: Int = 1) { ...F }
        query B($n: Int = 3) { ...F }
        fragment F on Query { ${names.join('')}: me { detailOrders(first: $n) { edges { node { id } } } } }`;
      for (const operationName of [...names, ...names]) {
        const { data } = await owner.post({ operationName, query: text });
        expect(data[names.join('')].detailOrders.edges).toHaveLength(operationName === 'A' ? 1 : 3);
      }
    },
  );

  test('what has changed since the last time is seen', async () => {
    const text = '{ me { fullName detailOrders(first: 1) { edges { node { progress } } } } }';
    for (let run = 0; run < RUNS; run++) {
      await product.app.db.detailOrder.updateMany({ data: { progress: run } });
      const { data } = await owner.query(text);
      expect(data.me.detailOrders.edges[0].node.progress).toBe(run);
    }
  });
});

test('an order that a charge names is read with the others, once', async () => {
  const text = `{ me { charges(first: 10) { edges { node { cause { __typename
    ... on ServiceOrder { id state fee { amount } channel late cancellable }
    ... on DetailOrder { id state format from progress downloadUrl } } } } } } }`;
  const { db } = product.app;
  const { id: subscriberId } = await db.subscriber.findUniqueOrThrow({ where: { phoneNumber: PHONE } });
  const at = new Date();
  const [services, statements] = await Promise.all([
    db.serviceOrder.findMany({ where: { subscriberId }, take: 2 }),
    db.detailOrder.findMany({ where: { subscriberId }, take: 2 }),
  ]);
  const causes = [
    ...services.map(({ id }) => ({ cause: 'SERVICE_ORDER', causeId: id }) as const),
    ...statements.map(({ id }) => ({ cause: 'DETAIL_ORDER', causeId: id }) as const),
  ];
  await db.ledgerEntry.createMany({
    data: causes.map((cause) => ({ subscriberId, at, amount: -100n, kind: 'OTHER', ...cause })),
  });
  await db.subscriber.update({
    where: { id: subscriberId },
    data: { balance: { decrement: 100n * BigInt(causes.length) } },
  });
  let answer: Awaited<ReturnType<typeof answerOf>> | undefined;
  const asked = await statementsOf(async () => (answer = await answerOf(owner, text)));
  expect(answer!.errors).toBeUndefined();
  const named = answer!.data.me.charges.edges.map(({ node }: any) => node.cause?.id).filter(Boolean);
  expect(named).toHaveLength(causes.length);
  for (const table of ['service_orders', 'detail_orders'])
    expect(asked.filter((sql) => sql.includes(`FROM "public"."${table}" AS "t0"`))).toHaveLength(1);
});

test('what it says of the catalogue is in the language of each, and as the catalogue is now', async () => {
  const text = '{ me { tariff { code description monthlyFee { amount } } } }';
  const clients = ['ru', 'en', 'nl'].map((language) => product.client(language));
  const token = await openSession(product.app, PHONE);
  for (const client of clients) client.token = token;
  const answers = async (of: string) =>
    Promise.all(clients.map(async (client) => (await client.query(of)).data.me.tariff));
  for (let run = 0; run < RUNS; run++) expect(await answers(text)).toEqual(await answers(asCold(text, 'me')));
  const before = await answers(text);
  expect(new Set(before.map(({ description }) => description)).size).toBeGreaterThan(1);

  const file = demoCatalogue();
  file.tariffs.find(({ code }: { code: string }) => code === before[0].code).monthlyFee = 123_45;
  await loadCatalogue(product.app, catalogueFile.parse(file));
  await expect
    .poll(() => answers(text))
    .toEqual(before.map((each) => ({ ...each, monthlyFee: { amount: '123.45' } })));
});

describe('who may', () => {
  const ME = '{ me { id fullName phoneNumber } }';
  const hotFor = async (client: Client, text: string) => {
    for (let run = 0; run < RUNS; run++) await client.query(text);
  };

  test('everybody gets their own line of a document that others have made hot', async () => {
    const [one, other] = [product.client(), product.client()];
    one.token = await openSession(product.app, PHONE);
    other.token = await openSession(product.app, OTHER);
    await hotFor(one, ME);
    for (const [client, phoneNumber] of [
      [one, PHONE],
      [other, OTHER],
      [one, PHONE],
    ] as const)
      expect((await client.query(ME)).data.me.phoneNumber).toBe(phoneNumber);
    expect((await guest.query(ME)).data).toEqual({ me: null });
    expect((await staff.query(ME)).data).toEqual({ me: null });
  });

  test('a hot list is for support alone', async () => {
    const text = '{ subscribers(first: 2) { edges { node { fullName phoneNumber } } } }';
    await hotFor(staff, text);
    expect((await answerOf(guest, text)).errors).toMatchObject([{ code: 'UNAUTHENTICATED' }]);
    expect((await answerOf(owner, text)).errors).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  test('a session that was ended is refused at once, here and in another process', async () => {
    const beside = await product.beside();
    for (const end of ['revoke', 'sign out'] as const) {
      const victim = product.client();
      const elsewhere = beside.client();
      victim.token = elsewhere.token = await openSession(product.app, PHONE);
      await hotFor(victim, ME);
      await hotFor(elsewhere, ME);
      if (end === 'sign out') await victim.run(SignOutDocument);
      else {
        const { me } = await victim.run(SessionsDocument);
        await owner.run(RevokeDocument, { id: me!.sessions.find(({ current }) => current)!.id });
      }
      for (const client of [victim, elsewhere]) {
        const { status, data, errors } = await client.query(ME);
        expect([status, data]).toEqual([401, undefined]);
        expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      }
    }
    await beside.stop();
  });

  test('which lines staff have seen is written down of hot reads, too', async () => {
    const text = 'query Hot { subscribers(first: 3) { edges { node { fullName } } } }';
    await hotFor(staff, text);
    await product.app.staffReads.write();
    const reads = await product.app.db.staffRead.findMany({ where: { operation: 'Hot' } });
    expect(reads.map(({ lines }) => lines.length)).toEqual(Array.from({ length: RUNS }, () => 3));
  });
});
