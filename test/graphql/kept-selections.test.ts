import { type FieldNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { KeptSelections } from '../../src/graphql/kept-selections.ts';

const [operation] = parse('query ($n: Int) { me { detailOrders(first: $n) { totalCount } } }')
  .definitions as [OperationDefinitionNode];
const node = operation.selectionSet.selections.find((each): each is FieldNode => each.kind === Kind.FIELD)!;

test('what an operation does not declare is no part of what is remembered', () => {
  const kept = new KeptSelections();
  kept.keep(operation, node, {}, { n: 1, junk: 'x' }, null);
  expect(kept.find(operation, node, { n: 1, junk: 'y' })).toBeNull();
  expect(kept.find(operation, node, { n: 2 })).toBeUndefined();
});

test('nothing given is not the same as null', () => {
  const kept = new KeptSelections();
  kept.keep(operation, node, {}, {}, null);
  expect(kept.find(operation, node, undefined)).toBeNull();
  expect(kept.find(operation, node, { n: null })).toBeUndefined();
});

test('whoever plays with variables takes no more than a place among some hundreds, and none for long ones', () => {
  const kept = new KeptSelections();
  for (let n = 0; n < 1_000; n++) kept.keep(operation, node, {}, { n }, null);
  const remembered = Array.from({ length: 1_000 }, (_, n) => n).filter(
    (n) => kept.find(operation, node, { n }) !== undefined,
  );
  expect(remembered).toEqual(Array.from({ length: 300 }, (_, i) => 700 + i));
  const long = { n: 'x'.repeat(1_000) };
  kept.keep(operation, node, {}, long, null);
  expect(kept.find(operation, node, long)).toBeUndefined();
});
