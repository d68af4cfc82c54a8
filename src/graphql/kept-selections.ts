import type { FieldNode, GraphQLResolveInfo, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Selection } from '../hot-rows/selection.ts';
import { heatOf, usesVariables } from './hot-documents.ts';

/** More than all clients' own documents have hot fields; each comes with its statements and its plan. */
const KEPT = 300;
/** In characters. Whose variables say more than that is read without being remembered. */
const LONGEST = 1_000;

export type Variables = Readonly<Record<string, unknown>> | undefined;

/** A field in one operation: a fragment's is in others, too, where what is not given may have other defaults. */
interface Place {
  id: number;
  isHot: boolean;
  /** Whether it is another for other variables. */
  varies: boolean;
}

/** What is read for a field of an operation, once that is known. */
export class KeptSelections {
  readonly #places = new WeakMap<OperationDefinitionNode, WeakMap<FieldNode, Place>>();
  readonly #kept = new LRUCache<string, Selection>({ max: KEPT });
  #count = 0;

  find(operation: OperationDefinitionNode, node: FieldNode, variables: Variables): Selection | undefined {
    const place = this.#places.get(operation)?.get(node);
    return place?.isHot ? this.#kept.get(keyOf(place, operation, variables)) : undefined;
  }

  /** The same, made if need be; null: it is not hot, or with these variables cannot be made. */
  of(
    info: GraphQLResolveInfo,
    node: FieldNode,
    variables: Variables,
    make: () => Selection | null,
  ): Selection | null {
    const place = this.#placeOf(info, node);
    if (!place.isHot) return null;
    const key = keyOf(place, info.operation, variables);
    const known = this.#kept.get(key);
    if (known) return known;
    const made = make();
    if (made && key.length <= LONGEST) this.#kept.set(key, made);
    return made;
  }

  #placeOf(info: GraphQLResolveInfo, node: FieldNode): Place {
    const places = this.#places.get(info.operation) ?? new WeakMap<FieldNode, Place>();
    this.#places.set(info.operation, places);
    const known = places.get(node);
    if (known) return known;
    const { hot: isHot } = heatOf(info);
    const place = { id: this.#count++, isHot, varies: usesVariables([node], info.fragments) };
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
