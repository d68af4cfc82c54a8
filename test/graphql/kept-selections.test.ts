import {
  buildSchema,
  type FieldNode,
  type GraphQLResolveInfo,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { expect, test } from 'vitest';
import { KeptSelections } from '../../src/graphql/kept-selections.ts';
import type { Selection } from '../../src/hot-rows/selection.ts';

const schema = buildSchema('type Query { me(n: Int): Me } type Me { name: String }');

/** A field of one operation, as a resolver knows it. */
function fieldIn(query: string) {
  const [operation] = parse(query).definitions as [OperationDefinitionNode];
  const node = operation.selectionSet.selections.find((each): each is FieldNode => each.kind === Kind.FIELD)!;
  const returnType = schema.getType('Me');
  const info = {
    operation,
    fieldNodes: [node],
    fragments: {},
    schema,
    returnType,
  } as unknown as GraphQLResolveInfo;
  return { info, node, operation };
}

const { info, node, operation } = fieldIn('query ($n: Int) { me(n: $n) { name } }');
const selected = () => ({}) as Selection;

test('what an operation does not declare is no part of what is remembered', () => {
  const kept = new KeptSelections();
  const known = kept.of(info, node, { n: 1, junk: 'x' }, selected);
  expect(kept.find(operation, node, { n: 1, junk: 'y' })).toBe(known);
  expect(kept.find(operation, node, { n: 2 })).toBeUndefined();
});

test('nothing given is not the same as null', () => {
  const kept = new KeptSelections();
  const known = kept.of(info, node, {}, selected);
  expect(kept.find(operation, node, undefined)).toBe(known);
  expect(kept.find(operation, node, { n: null })).toBeUndefined();
});

test('whoever plays with variables takes no more places than there are, and none for long ones', () => {
  const kept = new KeptSelections();
  for (let n = 0; n < 1_000; n++) kept.of(info, node, { n }, selected);
  const remembered = Array.from({ length: 1_000 }, (_, n) => n).filter((n) =>
    kept.find(operation, node, { n }),
  );
  expect(remembered).toEqual(Array.from({ length: 300 }, (_, i) => 700 + i));
  const long = { n: 'x'.repeat(1_000) };
  kept.of(info, node, long, selected);
  expect(kept.find(operation, node, long)).toBeUndefined();
});

test('what is not hot, or cannot be made, takes no place at all', () => {
  const kept = new KeptSelections();
  const known = kept.of(info, node, { n: -1 }, selected);
  const cold = fieldIn('query ($n: Int) { me(n: $n) { name @include(if: true) } }');
  const never = () => {
    throw new Error('it is not hot');
  };
  for (let n = 0; n < 1_000; n++) {
    expect(kept.of(cold.info, cold.node, { n }, never)).toBeNull();
    expect(kept.of(info, node, { n }, () => null)).toBeNull();
  }
  expect(kept.find(operation, node, { n: -1 })).toBe(known);
});
