import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import type { Context } from './context.ts';
import { HotRow } from '../hot-rows/hot-row.ts';

export const HOT_FIELDS = 'hotFields' as const;

/**
 * Lets a field answer from a row that carries what it selects. It stands before plugin-prisma, which would not know
 * such a row and read it again, and behind the scopes. So does a root field whose line was found already. No field is declared for it: the resolver is the field's own.
 */
class HotFieldsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (field.kind === 'Query')
      return (parent, args, context, info) => {
        const { found } = context as unknown as Context;
        return found && found.node === info.fieldNodes[0]
          ? found.line
          : resolver(parent, args, context, info);
      };
    const own = field.resolve as typeof resolver | undefined;
    const selected = selectedBy(field);
    if (!selected || !own) return resolver;
    return (parent, args, context, info) =>
      parent instanceof HotRow && parent.has(selected)
        ? own(parent, args, context, info)
        : resolver(parent, args, context, info);
  }
}

/** What of its parent's row a field of plugin-prisma needs; undefined: nothing beyond the columns, or it cannot be told. */
function selectedBy({ kind, extensions }: { kind: string; extensions?: unknown }): string[] | undefined {
  if (kind !== 'PrismaObject') return undefined;
  const { pothosPrismaRelationField: relation, pothosPrismaSelect: select } = (extensions ?? {}) as {
    pothosPrismaRelationField?: { name: string };
    pothosPrismaSelect?: unknown;
  };
  if (relation) return [relation.name];
  return typeof select === 'object' && select !== null ? Object.keys(select) : undefined;
}

SchemaBuilder.registerPlugin(HOT_FIELDS, HotFieldsPlugin);

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      [HOT_FIELDS]: HotFieldsPlugin<Types>;
    }
  }
}
