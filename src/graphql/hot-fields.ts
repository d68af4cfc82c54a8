import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { GraphQLField, GraphQLFieldResolver } from 'graphql';
import type { Context } from './context.ts';
import { HotRow } from '../hot-rows/hot-row.ts';
import type { Selecting } from './selecting.ts';

export const HOT_FIELDS = 'hotFields' as const;

type AnyResolver = GraphQLFieldResolver<unknown, Context>;

/** By the field's configuration, which Pothos notes down at it. */
const behindScopes = new WeakMap<object, AnyResolver>();

/**
 * The resolver of a field as it is behind the scopes, where those are its type's and no others but what everybody has:
 * whoever takes it has asked them for the object. Undefined for a field with scopes of its own, which only its own resolver
 * asks.
 */
export const resolverBehindTypeScopes = ({
  extensions,
}: GraphQLField<unknown, Context>): AnyResolver | undefined =>
  behindScopes.get(extensions['pothosConfig'] as object);

/**
 * Lets a field answer from a row that carries what it selects. It stands before plugin-prisma, which would not know
 * such a row, or one that a loader has read whole, and read it again; and behind the scopes. So does a root field whose line was found already. No field is declared for it: the resolver is the field's own.
 */
class HotFieldsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const wrapped = field.kind === 'Query' ? fromFoundLine(resolver) : this.#fromHotRows(resolver, field);
    if (this.#hasTypeScopesAlone(field)) behindScopes.set(field, wrapped as AnyResolver);
    return wrapped;
  }

  #fromHotRows(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const own = field.resolve as typeof resolver | undefined;
    const selected = selectedBy(field);
    if (!selected || !own) return resolver;
    const isThere = this.#areColumns(field, selected) ? has(selected) : () => false;
    return (parent, args, context, info) =>
      HotRow.carries(parent, selected) || isThere(parent)
        ? own(parent, args, context, info)
        : resolver(parent, args, context, info);
  }

  /** Whether those are columns and no relations, of which there may be some or all on a row. */
  #areColumns({ parentType }: PothosOutputFieldConfig<Types>, selected: readonly string[]): boolean {
    const { pothosPrismaFieldMap: map } = this.buildCache.getTypeConfig(parentType).extensions as {
      pothosPrismaFieldMap?: { relations: ReadonlyMap<string, unknown> };
    };
    return map !== undefined && !selected.some((name) => map.relations.has(name));
  }

  /** Whether nothing stands before a field but what its type's `authScopes` say. */
  #hasTypeScopesAlone({
    parentType,
    declaringType,
    argMappers,
    pothosOptions,
  }: PothosOutputFieldConfig<Types>): boolean {
    const { authScopes, grantScopes, skipTypeScopes } = pothosOptions as ScopeOptions;
    const type = this.buildCache.getTypeConfig(parentType);
    if (type.kind !== 'Object' && type.kind !== 'Query') return false;
    const own = type.pothosOptions as ScopeOptions;
    const inherited = (type.kind === 'Object' ? type.interfaces : []).map(
      (each) => this.buildCache.getTypeConfig(each, 'Interface').pothosOptions as ScopeOptions,
    );
    return (
      (authScopes === undefined || isPublic(authScopes)) &&
      ![grantScopes, skipTypeScopes, declaringType, own.grantScopes].some(Boolean) &&
      !argMappers.length &&
      !inherited.some((each) => each.authScopes ?? each.grantScopes)
    );
  }
}

interface ScopeOptions {
  authScopes?: unknown;
  grantScopes?: unknown;
  skipTypeScopes?: boolean;
}

/** A root field whose line was found together with the look at its session. */
const fromFoundLine =
  <ContextType extends object>(
    resolver: GraphQLFieldResolver<unknown, ContextType, object>,
  ): GraphQLFieldResolver<unknown, ContextType, object> =>
  (parent, args, context, info) => {
    const { found } = context as unknown as Context;
    return found && found.node === info.fieldNodes[0] ? found.line : resolver(parent, args, context, info);
  };

/** Whether a row has all of these on it: one that was loaded whole, say, or planned with them. */
const has =
  (columns: readonly string[]) =>
  (row: unknown): boolean =>
    columns.every((column) => (row as Record<string, unknown>)[column] !== undefined);

/** Scopes that everybody has. */
const isPublic = (scopes: unknown): boolean =>
  typeof scopes === 'object' && JSON.stringify(scopes) === '{"public":true}';

/** What of its parent's row a field of plugin-prisma needs; undefined: nothing beyond the columns, or it cannot be told. */
function selectedBy({ kind, extensions }: { kind: string; extensions?: unknown }): string[] | undefined {
  if (kind !== 'PrismaObject') return undefined;
  const {
    pothosPrismaRelationField: relation,
    pothosPrismaSelect,
    selecting,
  } = (extensions ?? {}) as {
    pothosPrismaRelationField?: { name: string };
    pothosPrismaSelect?: unknown;
    selecting?: Selecting;
  };
  if (relation) return [relation.name];
  const select = selecting?.little ?? pothosPrismaSelect;
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
