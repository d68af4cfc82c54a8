import type { FieldNode, FragmentDefinitionNode, OperationDefinitionNode } from 'graphql';
import { _createLRUCache as createCache } from 'graphql-yoga';
import type { Selection } from '../hot-rows/selection.ts';
import { usesVariables } from './hot-documents.ts';

/** More than all clients' own documents have hot fields; each comes with its statements and its plan. */
const KEPT = { max: 300 };
/** In characters. Whose variables say more than that is read without being remembered. */
const LONGEST = 1_000;

export type Variables = Readonly<Record<string, unknown>> | undefined;
type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** A field in one operation: in a fragment, it is in others, too, where the same variables may have other defaults. */
interface Place {
  id: number;
  /** Whether it is another for other variables. */
  varies: boolean;
}

/** What is read for a field of an operation, once that is known; null: it is not hot. */
export class KeptSelections {
  readonly #places = new WeakMap<OperationDefinitionNode, WeakMap<FieldNode, Place>>();
  readonly #kept = createCache<{ selection: Selection | null }>(KEPT);
  #count = 0;

  find(
    operation: OperationDefinitionNode,
    node: FieldNode,
    variables: Variables,
  ): Selection | null | undefined {
    const place = this.#places.get(operation)?.get(node);
    return place && this.#kept.get(keyOf(place, operation, variables))?.selection;
  }

  keep(
    operation: OperationDefinitionNode,
    node: FieldNode,
    fragments: Fragments,
    variables: Variables,
    selection: Selection | null,
  ): void {
    const key = keyOf(this.#placeOf(operation, node, fragments), operation, variables);
    if (key.length <= LONGEST) this.#kept.set(key, { selection });
  }

  #placeOf(operation: OperationDefinitionNode, node: FieldNode, fragments: Fragments): Place {
    const places = this.#places.get(operation) ?? new WeakMap<FieldNode, Place>();
    this.#places.set(operation, places);
    const place = places.get(node) ?? { id: this.#count++, varies: usesVariables([node], fragments) };
    places.set(node, place);
    return place;
  }
}

/** By those variables that the operation knows: what else is sent along says nothing. */
function keyOf(
  { id, varies }: Place,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables = {},
): string {
  if (!varies) return String(id);
  const known = variableDefinitions.map(({ variable: { name } }) => [name.value, variables[name.value]]);
  return `${id} ${JSON.stringify(Object.fromEntries(known))}`;
}
