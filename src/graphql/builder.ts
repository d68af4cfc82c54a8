import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { getNamedType, type GraphQLField } from 'graphql';
import type { Day } from '../calendar.ts';
import type PrismaTypes from '../generated/pothos-prisma-types.ts';
import { getDatamodel } from '../generated/pothos-prisma-types.ts';
import type { Context } from './context.ts';
import type { PartnerScope } from '../partners/scopes.ts';
import { codedError } from './errors.ts';
import { FRESH_READS } from './fresh-reads.ts';
import { HOT_FIELDS } from './hot-fields.ts';
import { resolveOwnNode, resolveOwnNodes } from './own-nodes.ts';
import { isOwner, isSupport, opensLine, ownLine } from './viewer.ts';

const PAGE = { default: 20, max: 100 };
const OTHER_LISTS = 5;

interface Scopes {
  /** Anybody, signed in or not. */
  public: boolean;
  /** The subscriber signed in. */
  subscriber: boolean;
  /** Staff with the role `support`. */
  support: boolean;
  /** Whoever may open this line. */
  line: string;
  /** The subscriber of this line and nobody else. */
  owner: string;
  /** Whoever acts for this line: its subscriber, or a partner by their leave. */
  acting: string;
  /** A partner with this scope; what its document needs was looked at before. */
  partner: PartnerScope;
  /** A partner, whatever its scopes. */
  anyPartner: boolean;
}

export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: PrismaTypes;
  AuthScopes: Scopes;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    PhoneNumber: { Input: string; Output: string };
    Decimal: { Input: string; Output: string };
    Date: { Input: Day; Output: Day };
    URL: { Input: string; Output: string };
    EmailAddress: { Input: string; Output: string };
  };
}>({
  plugins: [ScopeAuthPlugin, ComplexityPlugin, FRESH_READS, HOT_FIELDS, PrismaPlugin, RelayPlugin],
  defaultFieldNullability: false,
  prisma: {
    client: (context) => context.app.db,
    dmmf: getDatamodel(),
    filterConnectionTotalCount: true,
    defaultConnectionSize: PAGE.default,
    maxConnectionSize: PAGE.max,
    exposeDescriptions: false,
  },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: (context) => ({
      public: true,
      subscriber: context.viewer.kind === 'SUBSCRIBER',
      support: isSupport(context.viewer),
      anyPartner: context.viewer.kind === 'PARTNER',
      // Asked late: signing in changes the viewer on the way.
      line: (subscriberId) => opensLine(context, subscriberId),
      owner: (subscriberId) => isOwner(context.viewer, subscriberId),
      acting: (subscriberId) => ownLine(context.viewer) === subscriberId,
      partner: (scope) => context.viewer.kind === 'PARTNER' && context.viewer.scopes.includes(scope),
    }),
    unauthorizedError: (_parent, { viewer }) =>
      viewer.kind === 'GUEST'
        ? codedError('UNAUTHENTICATED', 'Sign in first.')
        : codedError('FORBIDDEN', 'This is not open to you.'),
  },
  complexity: {
    limit: ({ app: { config }, weighed }) =>
      weighed ? {} : { complexity: config.QUERY_COMPLEXITY, depth: config.QUERY_DEPTH },
    fieldComplexity: (args, _context, field) => ({ field: 1, multiplier: rowsOf(field, args) }),
    complexityError: (_kind, { complexity, depth }, { operation }) =>
      codedError(
        'QUERY_TOO_COMPLEX',
        `${operation.name?.value ?? 'The operation'} asks for too much: ${complexity} fields, ${depth} deep.`,
      ),
  },
  relay: {
    clientMutationId: 'omit',
    cursorType: 'String',
    idFieldOptions: { description: 'Names it everywhere: `node` finds it again.' },
    nodeTypeOptions: { description: 'Anything with an id, which `node` finds again.' },
    nodeQueryOptions: {
      description: 'What has this id, as far as the viewer may open it; null otherwise.',
      authScopes: { public: true },
      nullable: true,
      resolve: resolveOwnNode,
      args: { id: { description: 'An id that was handed out as `id`.' } },
    },
    nodesQueryOptions: {
      description: 'Several at once, in the order of their ids; null for each that `node` would not give.',
      authScopes: { public: true },
      resolve: resolveOwnNodes,
      args: { ids: { description: 'Ids that were handed out as `id`.' } },
    },
    pageInfoTypeOptions: { description: 'Where a page stands in its connection.' },
    hasNextPageFieldOptions: { description: 'Whether more follow.' },
    hasPreviousPageFieldOptions: { description: 'Whether more come before.' },
    startCursorFieldOptions: { description: 'The cursor of the first edge; null on an empty page.' },
    endCursorFieldOptions: {
      description: 'The cursor of the last edge: hand it to `after` for the next page.',
    },
    cursorFieldOptions: { description: 'The place of this edge: hand it to `after` or `before`.' },
    nodeFieldOptions: { description: 'What the edge leads to.', nullable: false },
    edgesFieldOptions: { description: 'The page, in order.' },
    pageInfoFieldOptions: { description: 'Where the page stands.' },
    firstArgOptions: { description: 'How many from the start, 20 unless told, 100 at the most.' },
    afterArgOptions: { description: 'Only what follows this cursor.' },
    lastArgOptions: { description: 'How many from the end, 100 at the most.' },
    beforeArgOptions: { description: 'Only what comes before this cursor.' },
  },
});

/** How many rows a field may bring: what the page size or the ids say, a guess for other lists. */
function rowsOf(field: GraphQLField<unknown, Context>, args: Record<string, unknown>): number {
  if (Array.isArray(args['ids'])) return args['ids'].length;
  if (getNamedType(field.type).name.endsWith('Connection')) return pageSize(args);
  return String(field.type).startsWith('[') && field.name !== 'edges' ? OTHER_LISTS : 1;
}

function pageSize({ first, last }: { first?: number | null; last?: number | null }): number {
  for (const asked of [first, last]) {
    if (asked != null && (asked < 0 || asked > PAGE.max))
      throw codedError('BAD_USER_INPUT', `A page has 0 to ${PAGE.max} entries, not ${asked}.`);
  }
  // plugin-prisma would take the size of the one and the end of the other
  if (first != null && last != null)
    throw codedError('BAD_USER_INPUT', 'A page is of the first or of the last entries, not of both.');
  return first ?? last ?? PAGE.default;
}
