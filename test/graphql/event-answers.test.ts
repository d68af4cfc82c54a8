import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  parse,
  subscribe as byGraphqlJs,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeCursor } from '../../src/events/cursor.ts';
import { type Context, Loaders } from '../../src/graphql/context.ts';
import { subscribe } from '../../src/graphql/event-answers.ts';
import { HotReads } from '../../src/graphql/hot-reads.ts';
import { schema } from '../../src/graphql/schema.ts';
import { WrittenResult } from '../../src/graphql/written-result.ts';
import { addEvents, addOrder } from '../support/events.ts';
import { type Running, startProduct } from '../support/running.ts';
import { isHot } from '../support/hot.ts';
import { openSession } from '../support/session.ts';

const EVENTS = 3;
const PHONE = '+79160000001';

let product: Running;
let subscriberId: string;
let variables: Record<string, unknown>;
beforeAll(async () => {
  product = await startProduct({ works: false });
  await openSession(product.app, PHONE);
  const where = { phoneNumber: PHONE };
  ({ id: subscriberId } = await product.app.db.subscriber.findUniqueOrThrow({ where }));
  const orderId = await addOrder(product.app, subscriberId);
  await addEvents(product.app, { subscriberId, orderId, count: EVENTS });
  variables = { after: encodeCursor(product.app.secrets, subscriberId, 0), yes: true, no: false };
});
afterAll(() => product.stop());

const argsOf = (text: string, context: Partial<Context> = {}): ExecutionArgs => ({
  schema,
  document: parse(text),
  variableValues: variables,
  contextValue: {
    app: product.app,
    viewer: { kind: 'SUBSCRIBER', session: { subscriberId, id: subscriberId } },
    loaders: new Loaders(product.app),
    hotReads: new HotReads(product.app),
    language: 'en',
    variables,
    weighed: false,
    opened: new Set(),
    ...context,
  },
});

const asItIs = (error: unknown) => error as GraphQLError;

/** What a subscription answers to the first events of the line, or in their place. */
async function answers(by: typeof subscribe, args: ExecutionArgs, told = EVENTS): Promise<ExecutionResult[]> {
  const stream = await by(args, asItIs);
  if (!(Symbol.asyncIterator in stream)) return [stream];
  const results: ExecutionResult[] = [];
  for await (const result of stream) if (results.push(result) === told) break;
  return results;
}

const inJson = (results: ExecutionResult[]) => JSON.parse(JSON.stringify(results)) as unknown;

const isPlanned = (result: ExecutionResult) => result instanceof WrittenResult;

const over = (selection: string) =>
  `subscription ($after: String, $yes: Boolean!, $no: Boolean!) { serviceOrderUpdated(after: $after) { state @include(if: $yes) ...on ServiceOrderEvent @skip(if: $no) { cursor } ${selection} } }`;
const VARIED = `subscription ($after: String, $first: Int) { serviceOrderUpdated(after: $after) {
  order { subscriber { services(first: $first) { edges { cursor } } } } } }`;
const plain = (selection: string, rest = '') =>
  `subscription ($after: String) { serviceOrderUpdated(after: $after) { ${selection} } } ${rest}`;

test.each([
  ['state cursor occurredAt'],
  ['a: cursor b: cursor state __typename'],
  ['...Told state', 'fragment Told on ServiceOrderEvent { cursor ... { state } }'],
  ['state order { id state kind fee { amount } service { code name } failure { code } }'],
  ['order { id ... on Order { ... on ServiceOrder { cancellable } } }'],
  ['a: order { createdAt subscriber { fullName balance { amount } } } b: order { late } cursor'],
  ['order { subscriberService { status activeSince openOrder { id state subscriber { id } } } }'],
])('events are answered without the executor, as it would: %s', async (selection, rest = '') => {
  const args = () => argsOf(plain(selection, rest));
  const planned = await answers(subscribe, args());
  expect(planned).toHaveLength(EVENTS);
  expect(planned.every(isPlanned)).toBe(true);
  expect(inJson(planned)).toEqual(inJson(await answers(byGraphqlJs as typeof subscribe, args())));
});

test.each([
  [
    'a type that turns out when it is read',
    plain('order { subscriber { charges { edges { node { cause { __typename } } } } } }'),
  ],
  ['directives', over('occurredAt')],
  ['what a variable says', VARIED],
])('anything else is answered by the executor: %s', async (_what, text) => {
  const results = await answers(subscribe, argsOf(text));
  expect(results).toHaveLength(EVENTS);
  expect(results.some(isPlanned)).toBe(false);
  expect(inJson(results)).toEqual(inJson(await answers(byGraphqlJs as typeof subscribe, argsOf(text))));
});

test('the order of an event is read by one statement of plain rows, with all that is selected of it', async () => {
  const text = plain('cursor order { state service { code } subscriber { fullName available { amount } } }');
  const { contextValue } = argsOf(text);
  for (const after of [0, 1]) {
    product.statements();
    const results = await answers(
      subscribe,
      {
        ...argsOf(text),
        contextValue,
        variableValues: { after: encodeCursor(product.app.secrets, subscriberId, after) },
      },
      EVENTS - after,
    );
    const statements = product.statements();
    expect(results.some(({ errors }) => errors)).toBe(false);
    expect(statements.filter(isHot)).toHaveLength(EVENTS - after);
    expect(statements.filter((sql) => sql.includes('"public"."service_orders"'))).toEqual([]);
  }
});

test('a stream of one order without variables answers each caller by the viewer’s own line', async () => {
  await openSession(product.app, '+79160000002');
  const where = { phoneNumber: '+79160000002' };
  const other = await product.app.db.subscriber.findUniqueOrThrow({ where });
  await addEvents(product.app, {
    subscriberId: other.id,
    orderId: await addOrder(product.app, other.id),
    count: EVENTS,
  });
  const document = parse('subscription { serviceOrderUpdated { cursor } }');
  const firstOf = async (line: string) => {
    const viewer = { kind: 'SUBSCRIBER', session: { subscriberId: line, id: line } } as const;
    const stream = await subscribe({ ...argsOf('{ me { id } }', { viewer }), document }, asItIs);
    for await (const { data } of stream as AsyncIterable<ExecutionResult>) return inJson([{ data: data! }]);
    throw new Error('The stream ended.');
  };
  for (const line of [subscriberId, other.id]) {
    const cursor = encodeCursor(product.app.secrets, line, EVENTS);
    expect(await firstOf(line)).toEqual([{ data: { serviceOrderUpdated: { cursor } } }]);
  }
});

const broken = () => {
  throw new GraphQLError('Broken.');
};

test.each<[string, () => Partial<Context>]>([
  ['a viewer whom it is not open to', () => ({ viewer: { kind: 'GUEST' } })],
  [
    'more than may be asked for',
    () => ({ app: { ...product.app, config: { ...product.app.config, QUERY_COMPLEXITY: 2 } } }),
  ],
  [
    'a field that fails',
    () => ({ app: { ...product.app, secrets: { matches: () => true, tag: broken } as never } }),
  ],
])('errors are the executor’s in every word: %s', async (_what, context) => {
  const text = plain('state cursor');
  const results = await answers(subscribe, argsOf(text, context()));
  expect(results[0]?.errors).toHaveLength(1);
  const executed = await answers(byGraphqlJs as typeof subscribe, argsOf(text, context()));
  expect(inJson(results)).toEqual(inJson(executed));
});
