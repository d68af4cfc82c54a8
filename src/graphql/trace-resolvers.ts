import { type GraphQLField, type GraphQLSchema, isIntrospectionType, isObjectType } from 'graphql';
import { inSpanIfLater } from '../seeing/trace.ts';

/**
 * Makes each resolver that waits for something a step of its operation's trace; those that have their answer at hand are
 * none. Only for a process that traces: its fields are changed for good.
 */
export function traceResolvers(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) traceField(`${type.name}.${field.name}`, field);
  }
}

function traceField(name: string, field: GraphQLField<unknown, unknown>): void {
  const { resolve } = field;
  if (!resolve) return;
  const facts = { 'graphql.field': name };
  field.resolve = (...args) => inSpanIfLater(name, facts, () => resolve(...args));
}
