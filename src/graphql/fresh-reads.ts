import SchemaBuilder, {
  BasePlugin,
  initContextCache,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { type Context, Loaders } from './context.ts';

export const FRESH_READS = 'freshReads' as const;

/**
 * Loaders remember what they read. After a mutation, and with each event of a subscription, that is the past:
 * what is selected below reads anew; a plan that reads nothing of events leaves that out. What Pothos and its plugins remember of an operation ends with each event, too: a
 * stream would otherwise keep every object that it ever told of, and what it took to begin. Contexts are made with that
 * memory beside them (`initContextCache`): only so can it be let go. What a stream selects was weighed with the first.
 */
class FreshReadsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapSubscribe(
    subscribe: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { kind }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (kind !== 'Subscription') return subscribe;
    return async (parent, args, context, info) => {
      const events: unknown = await subscribe(parent, args, context, info);
      Object.assign(context, initContextCache());
      return events;
    };
  }

  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (field.kind === 'Subscription')
      return (parent, args, context, info) => {
        Object.assign(context, initContextCache(), { weighed: true });
        readAnew(context as unknown as Context);
        return resolver(parent, args, context, info);
      };
    if (field.kind !== 'Mutation') return resolver;
    return async (parent, args, context, info) => {
      const result: unknown = await resolver(parent, args, context, info);
      readAnew(context as unknown as Context);
      return result;
    };
  }
}

function readAnew(context: Context): void {
  context.loaders = new Loaders(context.app);
}

SchemaBuilder.registerPlugin(FRESH_READS, FreshReadsPlugin);

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      [FRESH_READS]: FreshReadsPlugin<Types>;
    }
  }
}
