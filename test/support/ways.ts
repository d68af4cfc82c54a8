import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  print,
  valueToLiteral,
} from 'graphql';

/** A field on the way to a type, and the object type that it is asked of. */
export interface Step {
  of: GraphQLObjectType;
  field: GraphQLField<unknown, unknown>;
}

/** What a way is made with, where nothing can be made up. */
export interface Given {
  /** An id of something of each type that `node` finds. */
  ids: Record<string, string>;
  /** Arguments by coordinate: `Query.subscriber`. What is not given and must be there is made up. */
  args: Record<string, Record<string, unknown>>;
}

/** The shortest way to each object type: from its id where it has one, or else from a root field. */
export function waysThrough(schema: GraphQLSchema, { ids }: Given): Map<string, Step[]> {
  const [query, mutation, subscription] = [
    schema.getQueryType()!,
    schema.getMutationType()!,
    schema.getSubscriptionType()!,
  ];
  const ways = new Map<string, Step[]>([query, mutation, subscription].map(({ name }) => [name, []]));
  const node: Step = { of: query, field: query.getFields()['node']! };
  for (const name of Object.keys(ids)) ways.set(name, [node]);
  const expand = (name: string): string[] => {
    const of = schema.getType(name) as GraphQLObjectType;
    const found: string[] = [];
    for (const field of Object.values(of.getFields())) {
      const result = getNamedType(field.type);
      // What only has to be some type or other tells of no way to each of them
      const types = isUnionType(result) ? result.getTypes() : isObjectType(result) ? [result] : [];
      for (const { name: next } of types.filter((type) => !ways.has(type.name))) {
        ways.set(next, [...ways.get(name)!, { of, field }]);
        found.push(next);
      }
    }
    return found;
  };
  const explore = (names: string[]): void => {
    for (let next = names; next.length;) next = next.flatMap(expand);
  };
  explore(Object.keys(ids));
  for (const { name } of [query, mutation, subscription]) explore([name]);
  return ways;
}

/** The document that takes a way to a type and asks for one of its fields. */
export function documentFor(way: Step[], last: Step, given: Given): string {
  const root = way[0]?.of ?? last.of;
  const kind = root.name.toLowerCase();
  const leaf = isLeafField(last.field) ? '' : ' { __typename }';
  let selection = `${callOf(last, given)}${leaf}`;
  for (const [i, step] of [...way.entries()].toReversed()) {
    const target = (way[i + 1] ?? last).of;
    selection = `${callOf(step, given, target)} { ... on ${target.name} { ${selection} } }`;
  }
  return `${kind} { ${selection} }`;
}

const isLeafField = ({ type }: GraphQLField<unknown, unknown>): boolean =>
  !('getFields' in getNamedType(type)) && !isUnionType(getNamedType(type));

function callOf({ of, field }: Step, { ids, args }: Given, target?: GraphQLObjectType): string {
  const coordinate = `${of.name}.${field.name}`;
  const own = field.name === 'node' && of.name === 'Query' ? { id: ids[target?.name ?? 'Subscriber'] } : {};
  const wanted = field.args.filter(
    (arg) => isRequiredArgument(arg) || arg.name in (args[coordinate] ?? {}) || arg.name in own,
  );
  const values = { ...args[coordinate], ...own } as Record<string, unknown>;
  const written = wanted.map((arg: GraphQLArgument) => {
    const value = arg.name in values ? values[arg.name] : madeUp(arg.type);
    return `${arg.name}: ${print(valueToLiteral(value, arg.type)!)}`;
  });
  return written.length ? `${field.name}(${written.join(', ')})` : field.name;
}

/** Some value of a type: good enough to be asked with, and to be refused after it is known who asks. */
function madeUp(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return madeUp(type.ofType);
  if (isListType(type)) return [madeUp(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter(isRequiredInputField)
        .map((field) => [field.name, madeUp(field.type)]),
    );
  return SCALARS[type.name] ?? 'x';
}

const SCALARS: Record<string, unknown> = { Int: 1, Float: 1, Boolean: true, PhoneNumber: '+79160000099' };
