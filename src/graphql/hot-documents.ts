import {
  type ASTNode,
  BREAK,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { OPEN_TYPES } from './own-nodes.ts';
import type { Selecting } from './selecting.ts';

/** How a selection can be read. */
interface Heat {
  /** Whether one row carries all that is selected of it, however often and under whatever names. */
  hot: boolean;
  /** Whether nothing in it plans a query of its own, but for rows that `HotReads` reads. */
  plain: boolean;
}

/** Says of a field below the root that `HotReads` reads the row that it leads to. */
export const READS_HOT = { readsHot: true };

/** Which relations a row must carry, and what each was asked for with. */
type Row = Map<string, { asked: unknown; row: Row }>;

/** What Pothos and its Prisma plugin note down at fields and types. */
interface Notes {
  pothosPrismaModel?: string;
  pothosPrismaRelationField?: { name: string };
  pothosPrismaSelect?: Record<string, unknown> | ((...args: never[]) => unknown);
  readsHot?: boolean;
  selecting?: Selecting;
}

const notesOf = ({ extensions }: { extensions: Readonly<Record<string, unknown>> }): Notes => extensions;

/** The one thing that a query asks for; its type's name may stand beside it. */
export function soleField({ operation, selectionSet }: OperationDefinitionNode): FieldNode | undefined {
  const [only, ...others] = selectionSet.selections.filter(
    (selection) => selection.kind !== Kind.FIELD || selection.name.value !== '__typename',
  );
  const isAlone = operation === 'query' && !others.length && only?.kind === Kind.FIELD;
  return isAlone && !only.directives?.length ? only : undefined;
}

/** Whether variables occur in what is selected there. */
export function usesVariables(
  selected: readonly ASTNode[],
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): boolean {
  let found = false;
  const Variable = () => {
    found = true;
    return BREAK;
  };
  for (const node of [...selected, ...Object.values(fragments)]) visit(node, { Variable });
  return found;
}

/**
 * How what a field selects can be read. One relation that is asked for in two ways is more than one row can carry:
 * plugin-prisma reads it again, and so must we. What this does not know is not hot.
 */
export function heatOf(
  info: Pick<GraphQLResolveInfo, 'fragments' | 'returnType' | 'schema'> & {
    fieldNodes: readonly Pick<FieldNode, 'selectionSet' | 'directives'>[];
  },
) {
  const heat: Heat = { hot: true, plain: true };
  const top: Row = new Map();
  for (const { selectionSet, directives } of info.fieldNodes) {
    if (directives?.length) heat.hot = false;
    if (selectionSet) look(getNamedType(info.returnType), selectionSet, top);
  }
  return heat;

  /** `row`: the one that objects of this type are, or that those inside a connection of them are. */
  function look(type: GraphQLNamedType, { selections }: SelectionSetNode, row: Row | undefined): void {
    // Which type it is turns out when it is read
    if (!isObjectType(type)) heat.plain = false;
    else
      for (const selection of selections) {
        if (selection.directives?.length) heat.hot = false;
        if (selection.kind === Kind.FIELD)
          lookAtField(selection, type.getFields()[selection.name.value], row);
        else {
          const part =
            selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value]!;
          const condition = part.typeCondition && info.schema.getType(part.typeCondition.name.value);
          if (!isObjectType(condition) || condition === type) look(type, part.selectionSet, row);
        }
      }

    function lookAtField(
      node: FieldNode,
      field: GraphQLField<unknown, unknown> | undefined,
      carrier: Row | undefined,
    ): void {
      if (!field) return;
      const inside = getNamedType(field.type);
      const { pothosPrismaRelationField: relation, pothosPrismaSelect, readsHot, selecting } = notesOf(field);
      const select = selecting?.all ?? pothosPrismaSelect;
      let carried = notesOf(type).pothosPrismaModel ? undefined : carrier;
      if (relation)
        carried = claim(carrier, relation.name, (node.arguments ?? []).map(print).toSorted().join());
      else if (typeof select === 'function') heat.hot = false;
      else
        for (const [name, asked] of Object.entries(select ?? {}))
          if (typeof asked === 'object') claim(carrier, name, asked);
      if (!node.selectionSet) return;
      const isRow = isObjectType(inside) && notesOf(inside).pothosPrismaModel;
      if (readsHot) look(inside, node.selectionSet, new Map());
      else if (isRow && !carried && !OPEN_TYPES.includes(inside.name)) heat.plain = false;
      else look(inside, node.selectionSet, carried);
    }
  }

  function claim(row: Row | undefined, relation: string, asked: unknown): Row | undefined {
    const known = row?.get(relation);
    if (!row || (known && known.asked !== asked)) heat.hot = false;
    if (known) return known.row;
    const carried: Row = new Map();
    row?.set(relation, { asked, row: carried });
    return carried;
  }
}
