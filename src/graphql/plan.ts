import {
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  getVariableValues,
  type GraphQLField,
  type GraphQLNullableOutputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Context } from './context.ts';
import { resolverBehindTypeScopes } from './hot-fields.ts';
import { OPEN_TYPES } from './own-nodes.ts';
import { tellsTheEvent } from './the-event.ts';
import { typeScopesAllow } from './type-scopes.ts';
import { asJson, enumeration, NotPlanned, once, put, type Write, Writing } from './writing.ts';

/** What an operation consists of, with the values of its variables. */
export interface Asked {
  schema: GraphQLSchema;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
}

type Info = GraphQLResolveInfo;
type Path = Info['path'];
/** What an operation answers to a viewer, as JSON. @throws NotPlanned, or whatever a resolver throws */
export type Plan = (context: Context) => Promise<string>;

/** One field of an object in the answer. */
interface Part {
  /** What its resolver gives for an object. */
  value: (source: unknown, context: Context) => unknown;
  write: Write;
}

/**
 * A query with its variables as one function, which writes the answer while it asks the resolvers: what does not depend on
 * the data is done beforehand. It asks the scopes of a type once for an object, where execution asks them for each of the
 * object's fields. It knows neither errors nor types that turn out when they are read: there it throws NotPlanned, or what a
 * resolver threw.
 * @throws NotPlanned where that is seen beforehand
 */
export function planOf(asked: Asked): Plan {
  const { schema, operation } = asked;
  const write = new Planning(asked).object(schema.getQueryType()!, [operation.selectionSet], undefined);
  return async (context) => {
    const answer = new Writing(context);
    write(undefined, answer);
    return answer.whole();
  };
}

/** What a subscription answers to an event, as JSON; at once where nothing is read. @throws NotPlanned, or whatever a resolver throws */
export type EventPlan = (event: unknown, context: Context) => string | Promise<string>;

/**
 * A subscription as one function of each event; its variables may say which events, and nothing else. The resolver of its
 * field, which weighs what is selected and has it read anew, is asked until an event was answered at once: from then on
 * there is nothing that it would do. @throws NotPlanned where that is seen beforehand
 */
export function planOfEvents(asked: Asked): EventPlan {
  const { before, value, write } = new Planning(asked).event();
  let readsNothing = false;
  return (event, context) => {
    const answer = new Writing(context);
    answer.text = before;
    put(readsNothing ? event : value(event, context), write, answer);
    answer.text += '}';
    if (!answer.isWhole && readsNothing) throw new NotPlanned('Something that is read after all.');
    readsNothing = answer.isWhole;
    return answer.isWhole ? answer.text : answer.whole();
  };
}

class Planning {
  readonly #asked: Asked;
  readonly #variables: Info['variableValues'];

  constructor(asked: Asked) {
    this.#asked = asked;
    const { schema, operation, variables } = asked;
    const { variableValues } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    if (!variableValues) throw new NotPlanned('Variables that do not fit.');
    this.#variables = variableValues;
  }

  /** An object of a type, with all that is selected of it. */
  object(type: GraphQLObjectType, selected: readonly SelectionSetNode[], path: Path | undefined): Write {
    const fields = new Map<string, FieldNode[]>();
    for (const each of selected) this.#collect(type, each, fields);
    const parts = [...fields].map(([name, nodes], index) => ({
      ...this.#partOf(type, name, nodes, path),
      before: `${index ? ',' : ''}"${name}":`,
    }));
    return (source, answer) => {
      answer.text += '{';
      for (const { before, value, write } of parts) {
        answer.text += before;
        put(value(source, answer.context), write, answer);
      }
      answer.text += '}';
    };
  }

  /** What a subscription's one field tells of an event. */
  event(): Part & { before: string } {
    const { schema, operation } = this.#asked;
    const root = schema.getSubscriptionType()!;
    const fields = new Map<string, FieldNode[]>();
    this.#collect(root, operation.selectionSet, fields);
    const [[name, nodes]] = [...fields] as [[string, FieldNode[]]];
    if (!tellsTheEvent(root.getFields()[nodes[0]!.name.value]!)) throw new NotPlanned('More than the event.');
    return { before: `{"${name}":`, ...this.#partOf(root, name, nodes, undefined) };
  }

  /** The fields of a type under their names in the answer, those of fragments among them (GraphQL, 6.3.2). */
  #collect(type: GraphQLObjectType, { selections }: SelectionSetNode, into: Map<string, FieldNode[]>): void {
    for (const selection of selections) {
      if (selection.directives?.length) throw new NotPlanned('A directive.');
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        into.set(name, [...(into.get(name) ?? []), selection]);
        continue;
      }
      const part =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#asked.fragments[selection.name.value]!;
      if (this.#applies(part.typeCondition, type)) this.#collect(type, part.selectionSet, into);
    }
  }

  /** Whether a fragment is about objects of a type: it is, or one of its interfaces or unions (DoesFragmentTypeApply). */
  #applies(condition: NamedTypeNode | undefined, type: GraphQLObjectType): boolean {
    const { schema } = this.#asked;
    const about = condition ? schema.getType(condition.name.value) : type;
    return about === type || (isAbstractType(about) && schema.isSubType(about, type));
  }

  #partOf(type: GraphQLObjectType, name: string, nodes: FieldNode[], prev: Path | undefined): Part {
    const [node] = nodes as [FieldNode];
    if (name === '__proto__') throw new NotPlanned('A name that objects have a use of their own for.');
    if (node.name.value === '__typename') return { value: () => type.name, write: asJson };
    const field = type.getFields()[node.name.value]!;
    // Without places in lists, which depend on the data; Pothos leaves them out of what it remembers by path
    const path: Path = { prev, key: name, typename: type.name };
    const args = getArgumentValues(field, node, this.#variables);
    const info = this.#infoOf(type, field, nodes, path);
    const resolve = resolverBehindTypeScopes(field) ?? field.resolve;
    return {
      value: resolve
        ? (source, context) => resolve(source, args, context, info)
        : (source) => (source as Record<string, unknown>)[field.name],
      write: this.#value(field.type, nodes, path, info),
    };
  }

  #infoOf(
    parentType: GraphQLObjectType,
    { name: fieldName, type: returnType }: GraphQLField<unknown, unknown>,
    fieldNodes: FieldNode[],
    path: Path,
  ): Info {
    const { schema, fragments, operation } = this.#asked;
    return {
      fieldName,
      fieldNodes,
      returnType,
      parentType,
      path,
      schema,
      fragments,
      operation,
      rootValue: undefined,
      variableValues: this.#variables,
    } as unknown as Info;
  }

  #value(type: GraphQLOutputType, nodes: readonly FieldNode[], path: Path, info: Info): Write {
    const isNeeded = isNonNullType(type);
    const some = this.#some(isNeeded ? type.ofType : type, nodes, path, info);
    return (value, answer) => {
      if (value === null || value === undefined) {
        if (isNeeded) throw new NotPlanned('Nothing where something has to be.');
        answer.text += 'null';
        return;
      }
      if (value instanceof Error) throw new NotPlanned('An error.');
      some(value, answer);
    };
  }

  /** Of what is there. */
  #some(type: GraphQLNullableOutputType, nodes: readonly FieldNode[], path: Path, info: Info): Write {
    if (isEnumType(type)) return enumeration(type);
    if (isLeafType(type)) return (value, answer) => asJson(type.serialize(value), answer);
    if (isListType(type)) {
      const each = this.#value(type.ofType, nodes, path, info);
      return (values, answer) => {
        if (!Array.isArray(values)) throw new NotPlanned('No list.');
        answer.text += '[';
        for (let i = 0; i < values.length; i++) {
          if (i) answer.text += ',';
          put(values[i], each, answer);
        }
        answer.text += ']';
      };
    }
    if (!isObjectType(type)) throw new NotPlanned('A type that turns out when it is read.');
    return this.#seenObject(type, nodes, path, info);
  }

  #seenObject(type: GraphQLObjectType, nodes: readonly FieldNode[], path: Path, info: Info): Write {
    const object = this.object(
      type,
      nodes.map(({ selectionSet }) => selectionSet!),
      path,
    );
    // The catalogue says the same to everybody, for as long as it is the same objects
    const write = OPEN_TYPES.includes(type.name) ? once(object) : object;
    const mayBeSeen = typeScopesAllow(type);
    return (source, answer) => {
      if (type.isTypeOf && type.isTypeOf(source, answer.context, info) !== true)
        throw new NotPlanned('Another type.');
      if (!mayBeSeen(source, answer.context)) throw new NotPlanned('Not for this viewer.');
      write(source, answer);
    };
  }
}
