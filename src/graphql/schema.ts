import './scalars.ts';
import '../services/catalogue-schema.ts';
import '../tariffs/schema.ts';
import '../subscriber/schema.ts';
import '../services/order-schema.ts';
import '../services/subscriber-service-schema.ts';
import '../services/mutations.ts';
import '../services/assist-schema.ts';
import '../orders/schema.ts';
import '../ledger/schema.ts';
import '../cost-control/schema.ts';
import '../services/subscription.ts';
import '../tariffs/advice-schema.ts';
import '../tariffs/change-schema.ts';
import '../tariffs/mutations.ts';
import '../sign-in/sms-password-schema.ts';
import '../sign-in/session-schema.ts';
import '../sign-in/session-list-schema.ts';
import '../sign-in/password-schema.ts';
import '../sign-in/identity-schema.ts';
import '../partners/schema.ts';
import '../staff/schema.ts';
import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { builder } from './builder.ts';
import { OPEN_TYPES } from './own-nodes.ts';

builder.queryType({ description: 'Reads.' });
builder.mutationType({
  description: 'Changes; each accepted one is whole, each refused one leaves nothing behind.',
});
builder.subscriptionType({
  description: 'Streams of what happens, over WebSocket (graphql-transport-ws) and SSE alike.',
});

/** Every way in says who may take it: each root field, and each type that an id leads to. */
function assertScoped(schema: GraphQLSchema): GraphQLSchema {
  const roots = [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ] as GraphQLObjectType[];
  const open = roots.flatMap((root) =>
    Object.values(root.getFields())
      .filter((field) => !hasScopes(field))
      .map((field) => `${root.name}.${field.name}`),
  );
  const nodes = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node'))
    .filter((type) => !OPEN_TYPES.includes(type.name) && !hasScopes(type))
    .map((type) => type.name);
  if (open.length || nodes.length) throw new Error(`No authScopes: ${[...open, ...nodes].join(', ')}`);
  return schema;
}

const hasScopes = ({ extensions }: { extensions: Readonly<Record<string, unknown>> }): boolean =>
  Boolean((extensions['pothosOptions'] as { authScopes?: unknown } | undefined)?.authScopes);

export const schema: GraphQLSchema = assertScoped(builder.toSchema());
