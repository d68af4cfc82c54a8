import {
  type DocumentNode,
  getNamedType,
  type GraphQLSchema,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { FIELD_SCOPES } from './field-scopes.ts';
import { type PartnerScope, scopesIn } from './scopes.ts';

/** A document asks for what is not for partners; the message names each such field. */
export class NotForPartners extends Error {}

/**
 * The scopes that a document needs: those of every field in it.
 * @throws NotForPartners where a field has none declared
 */
export function scopesOfDocument(schema: GraphQLSchema, document: DocumentNode): PartnerScope[] {
  const needed = new Set<PartnerScope>();
  const closed = new Set<string>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name: { value: field } }) {
        if (field === '__typename') return;
        const parent = types.getParentType();
        const type = parent ? getNamedType(parent).name : 'an unknown type';
        const scopes = declared(type, field);
        if (scopes) for (const scope of scopes) needed.add(scope);
        else closed.add(`${type}.${field}`);
      },
    }),
  );
  if (closed.size) throw new NotForPartners(`Not open to partners: ${[...closed].join(', ')}`);
  return scopesIn([...needed]);
}

const declared = (type: string, field: string): readonly PartnerScope[] | undefined =>
  Object.hasOwn(FIELD_SCOPES, type) && Object.hasOwn(FIELD_SCOPES[type]!, field)
    ? FIELD_SCOPES[type]![field]
    : undefined;

/** Fields that have scopes declared but that the schema does not have. */
export const strayFieldScopes = (schema: GraphQLSchema): string[] =>
  Object.entries(FIELD_SCOPES).flatMap(([type, fields]) => {
    const there = schema.getType(type);
    const known = there && 'getFields' in there ? there.getFields() : {};
    return Object.keys(fields)
      .filter((field) => !Object.hasOwn(known, field))
      .map((field) => `${type}.${field}`);
  });
