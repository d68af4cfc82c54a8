import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  print,
  valueToLiteral,
} from 'graphql';
import { PENDING } from './contract-pending.ts';

/** Everything that a schema fixes, by coordinate: the text says what may not differ. */
type Facts = Map<string, string>;

/**
 * Where the printed schema breaks the contract: something of it missing or different, something without a
 * description, or an entry of the pending list that is there after all.
 */
export function compareWithContract(
  contractSdl: string,
  printedSdl: string,
  pendingList: readonly string[] = PENDING,
): string[] {
  const printed = buildSchema(printedSdl);
  const ours = factsOf(printed);
  const faults = undescribed(printed).map((coordinate) => `${coordinate} has no description`);
  const pending = new Set(pendingList);
  for (const [coordinate, fact] of factsOf(buildSchema(contractSdl))) {
    const isPending = [coordinate, ...coordinate.split(/[.(]/, 1), coordinate.split('(', 1)[0]!].some(
      (name) => pending.has(name),
    );
    const own = ours.get(coordinate);
    if (own === undefined && !isPending) faults.push(`${coordinate} is missing`);
    if (own !== undefined && own !== fact) faults.push(`${coordinate} is ${own}, not ${fact}`);
    if (own !== undefined && pending.has(coordinate))
      faults.push(`${coordinate} is there: take it off the pending list`);
  }
  return faults;
}

function factsOf(schema: GraphQLSchema): Facts {
  const facts: Facts = new Map();
  for (const type of ownTypes(schema)) {
    facts.set(type.name, type.constructor.name);
    if (isEnumType(type))
      for (const value of type.getValues()) facts.set(`${type.name}.${value.name}`, 'a value');
    if (isUnionType(type))
      for (const member of type.getTypes()) facts.set(`${type.name}.${member.name}`, 'a member');
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields()))
        facts.set(`${type.name}.${field.name}`, inputFact(field));
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name } of type.getInterfaces()) facts.set(`${type.name}.implements.${name}`, 'implemented');
    for (const field of Object.values(type.getFields())) {
      facts.set(`${type.name}.${field.name}`, String(field.type));
      for (const arg of field.args) facts.set(`${type.name}.${field.name}(${arg.name}:)`, inputFact(arg));
    }
  }
  return facts;
}

function inputFact({ type, default: given, defaultValue }: GraphQLArgument | GraphQLInputField): string {
  const literal =
    given?.literal ?? (defaultValue === undefined ? undefined : valueToLiteral(defaultValue, type));
  return literal ? `${String(type)} = ${print(literal)}` : String(type);
}

function undescribed(schema: GraphQLSchema): string[] {
  const found: string[] = [];
  const look = (coordinate: string, { description }: { description?: string | null | undefined }) => {
    if (!description) found.push(coordinate);
  };
  for (const type of ownTypes(schema)) {
    look(type.name, type);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      look(`${type.name}.${field.name}`, field);
      if ('args' in field)
        for (const arg of field.args) look(`${type.name}.${field.name}(${arg.name}:)`, arg);
    }
  }
  return found;
}

const BUILT_IN = ['String', 'Int', 'Float', 'Boolean', 'ID'];
const ownTypes = (schema: GraphQLSchema): GraphQLNamedType[] =>
  Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__') && !BUILT_IN.includes(name));
