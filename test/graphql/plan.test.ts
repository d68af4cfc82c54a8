import { type GraphQLField, isObjectType, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../src/graphql/context.ts';
import { resolverBehindTypeScopes } from '../../src/graphql/hot-fields.ts';
import { soleField } from '../../src/graphql/hot-documents.ts';
import { planOf } from '../../src/graphql/plan.ts';
import { NotPlanned } from '../../src/graphql/writing.ts';
import { schema } from '../../src/graphql/schema.ts';
import type { Viewer } from '../../src/graphql/viewer.ts';
import { Carried, HotRow } from '../../src/hot-rows/hot-row.ts';
import { type Running, startProduct } from '../support/running.ts';

const OWN = '00000000-0000-7000-8000-000000000001';
const OTHER = '00000000-0000-7000-8000-000000000002';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false });
});
afterAll(() => product.stop());

const subscriber = (subscriberId: string): Viewer => ({
  kind: 'SUBSCRIBER',
  session: { subscriberId, id: OWN },
});
const partner = (
  subscriberId: string,
  scopes: ('line:read' | 'services:read')[] = ['line:read'],
): Viewer => ({
  kind: 'PARTNER',
  partner: { id: 'p', name: 'P', operations: [] },
  grant: { subscriberId, id: OWN },
  scopes,
});
const staff = (...roles: string[]): Viewer => ({ kind: 'STAFF', subject: 's', name: 'S', roles });

const hotRow = (row: object): HotRow => Object.assign(new HotRow(new Carried(Object.keys(row))), row);

/** What a plan answers to a viewer where the root field has found this line: nothing stands before it but the plan. */
function answer(text: string, line: object, viewer: Viewer): Promise<Record<string, unknown>> {
  const operation = parse(text).definitions.find(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  )!;
  const context = {
    app: product.app,
    viewer,
    language: 'en',
    opened: new Set(),
    weighed: true,
    found: { node: soleField(operation)!, line: hotRow(line) },
  } as unknown as Context;
  const plan = planOf({ schema, fragments: {}, operation, variables: {} });
  return plan(context).then((json) => JSON.parse(json) as Record<string, unknown>);
}

const LINE = { id: OWN, fullName: 'Anna', lastEventSeq: 1, status: 'ACTIVE' };

describe('whoever may not see an object is not answered', () => {
  test.each([
    ['its subscriber', subscriber(OWN)],
    ['a partner by their leave', partner(OWN)],
    ['support', staff('support')],
  ])('a line: %s may', async (_who, viewer) => {
    expect(await answer('{ me { fullName } }', LINE, viewer)).toEqual({ me: { fullName: 'Anna' } });
  });

  test.each([
    ['another subscriber', subscriber(OTHER)],
    ['a partner of another', partner(OTHER)],
    ['staff without the role', staff('sales')],
    ['a guest', { kind: 'GUEST' } as const],
  ])('a line: %s may not', async (_who, viewer) => {
    await expect(answer('{ me { fullName } }', LINE, viewer)).rejects.toThrow(NotPlanned);
    await expect(answer('{ me { id } }', LINE, viewer)).rejects.toThrow(NotPlanned);
  });

  test('what is inside of it by another’s name', async () => {
    const text = '{ me { detailOrders(first: 1) { edges { node { progress } } } } }';
    const order = (subscriberId: string) => ({
      ...LINE,
      detailOrders: [hotRow({ subscriberId, id: OWN, progress: 7 })],
    });
    expect(await answer(text, order(OWN), subscriber(OWN))).toMatchObject({
      me: { detailOrders: { edges: [{ node: { progress: 7 } }] } },
    });
    await expect(answer(text, order(OTHER), subscriber(OWN))).rejects.toThrow(NotPlanned);
    await expect(answer(text, order(OTHER), partner(OWN))).rejects.toThrow(NotPlanned);
  });

  test.each([
    ['streamCursor', subscriber(OWN), true],
    ['streamCursor', partner(OWN), true],
    ['streamCursor', staff('support'), false],
    ['menu { key }', subscriber(OWN), true],
    ['menu { key }', partner(OWN), false],
    ['menu { key }', staff('support'), false],
  ])('%s, which has scopes of its own', async (field, viewer, may) => {
    const asked = answer(`{ me { fullName ${field} } }`, LINE, viewer);
    if (may) expect((await asked)['me']).toMatchObject({ fullName: 'Anna' });
    else await expect(asked).rejects.toThrow('This is not open to you.');
  });
});

test('a field with scopes of its own is never taken from behind them', () => {
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()));
  const scopesOf = ({ extensions }: GraphQLField<unknown, unknown>) =>
    (extensions['pothosOptions'] as { authScopes?: unknown } | undefined)?.authScopes;
  const guarded = fields.filter(
    (field) => scopesOf(field) && JSON.stringify(scopesOf(field)) !== '{"public":true}',
  );
  expect(guarded.length).toBeGreaterThan(20);
  expect(guarded.filter(resolverBehindTypeScopes)).toEqual([]);
  expect(fields.filter(resolverBehindTypeScopes).length).toBeGreaterThan(100);
});

test('what it does not know is not answered', async () => {
  const answers = (text: string, line: object = LINE) => answer(text, line, subscriber(OWN));
  const unknown = [
    '{ me { fullName @include(if: true) } }',
    '{ me { __proto__: fullName } }',
    '{ node(id: "x") { id } }',
  ];
  for (const text of unknown) expect(() => answers(text)).toThrow(NotPlanned);
  await expect(answers('{ me { fullName } }', { ...LINE, fullName: null })).rejects.toThrow(NotPlanned);
  await expect(answers('{ me { fullName } }', { ...LINE, fullName: new Error('bad') })).rejects.toThrow(
    NotPlanned,
  );
});

test('fields come under their names and in their order, those of fragments too', async () => {
  const text = '{ b: me { z: fullName ... on Subscriber { a: fullName id } __typename ... on Node { id } } }';
  const { b } = await answer(text, LINE, subscriber(OWN));
  expect(Object.keys(b as object)).toEqual(['z', 'a', 'id', '__typename']);
  expect(b).toMatchObject({ z: 'Anna', a: 'Anna', __typename: 'Subscriber' });
});
