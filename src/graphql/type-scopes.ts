import { RequestCache } from '@pothos/plugin-scope-auth';
import type { GraphQLObjectType } from 'graphql';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

type TypeScopes = Parameters<RequestCache<never>['evaluateScopeMap']>[0];

/** Asks what a type's `authScopes` say of an object, in the words of the scopes' own plugin. */
export function typeScopesAllow({
  extensions,
}: GraphQLObjectType): (source: unknown, context: Context) => boolean {
  const { authScopes } = (extensions['pothosOptions'] ?? {}) as {
    authScopes?: TypeScopes | ((source: unknown, context: Context) => TypeScopes);
  };
  if (authScopes === undefined) return () => true;
  return (source, context) => {
    const asked = typeof authScopes === 'function' ? authScopes(source, context) : authScopes;
    return (
      (typeof asked === 'boolean' && asked) ||
      RequestCache.fromContext(context, builder).evaluateScopeMap(asked) === null
    );
  };
}
