import { RequestCache } from '@pothos/plugin-scope-auth';
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
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { resolverBehindTypeScopes } from './hot-fields.ts';

/** This way has no answer: the operation is executed as any other, and that says what there is to say. */
export class NotPlanned extends Error {}

/** What an operation consists of, with the values of its variables. */
export interface Asked {
  schema: GraphQLSchema;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
}

type Answer = Record<string, unknown>;

/** One run of a plan. */
interface Run {
  context: Context;
  /** What of the answer comes later. */
  waiting: Promise<void>[];
}

type Info = GraphQLResolveInfo;
type Path = Info['path'];
/** A value as it goes into the answer. @throws NotPlanned */
type Complete = (value: unknown, run: Run) => unknown;

/** @throws NotPlanned, or whatever a resolver throws */
export type Plan = (context: Context) => Promise<Answer>;

/** An object in the answer. */
interface Shape {
  /** It with nothing in it: a copy has its names in their order, and is filled faster than one that grows. */
  empty: Answer;
  parts: readonly Part[];
}

/** One field of an object in the answer. */
interface Part {
  name: string;
  /** What its resolver gives for an object. */
  value: (source: unknown, context: Context) => unknown;
  complete: Complete;
}

/**
 * A query with its variables as one function: what does not depend on the data is done beforehand. It asks the scopes of a
 * type once for an object, where execution asks them for each of the object's fields. It knows neither errors nor types that
 * turn out when they are read: there it throws NotPlanned, or what a resolver threw.
 * @throws NotPlanned where that is seen beforehand
 */
export function planOf(asked: Asked): Plan {
  const { schema, operation } = asked;
  const shape = new Planning(asked).shapeOf(schema.getQueryType()!, [operation.selectionSet], undefined);
  return async (context) => {
    const run: Run = { context, waiting: [] };
    const answer = answerOf(shape, undefined, run);
    while (run.waiting.length) await Promise.all(run.waiting.splice(0));
    return answer;
  };
}

/** What a subscription answers to an event, at once. @throws NotPlanned, or whatever a resolver throws */
export type EventPlan = (event: unknown, context: Context) => Answer;

/** A subscription with its variables as one function of each event. @throws NotPlanned where that is seen beforehand */
export function planOfEvents(asked: Asked): EventPlan {
  const { schema, operation } = asked;
  const root = schema.getSubscriptionType()!;
  const shape = new Planning(asked).shapeOf(root, [operation.selectionSet], undefined);
  return (event, context) => {
    const run: Run = { context, waiting: [] };
    const answer = answerOf(shape, event, run);
    if (run.waiting.length) throw new NotPlanned('It comes later.');
    return answer;
  };
}

function answerOf({ empty, parts }: Shape, source: unknown, run: Run): Answer {
  const answer = { ...empty };
  for (const { name, value, complete } of parts) put(answer, name, value(source, run.context), complete, run);
  return answer;
}

/** Puts a value into its place in the answer, which it keeps where it comes later. */
function put<Key extends PropertyKey>(
  into: Record<Key, unknown>,
  key: Key,
  value: unknown,
  complete: Complete,
  run: Run,
): void {
  if (!isPromise(value)) into[key] = complete(value, run);
  else {
    into[key] = null;
    const later = value.then((found) => void (into[key] = complete(found, run)));
    // Whoever waits for it may have heard of another error before
    later.catch(() => {});
    run.waiting.push(later);
  }
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

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

  shapeOf(type: GraphQLObjectType, selected: readonly SelectionSetNode[], path: Path | undefined): Shape {
    const fields = new Map<string, FieldNode[]>();
    for (const each of selected) this.#collect(type, each, fields);
    const parts = [...fields].map(([name, nodes]) => this.#partOf(type, name, nodes, path));
    return { empty: Object.fromEntries(parts.map(({ name }) => [name, null])), parts };
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
      const condition = part.typeCondition?.name.value ?? type.name;
      if (condition === type.name || type.getInterfaces().some(({ name }) => name === condition))
        this.#collect(type, part.selectionSet, into);
    }
  }

  #partOf(type: GraphQLObjectType, name: string, nodes: FieldNode[], prev: Path | undefined): Part {
    const [node] = nodes as [FieldNode];
    if (name === '__proto__') throw new NotPlanned('A name that objects have a use of their own for.');
    if (node.name.value === '__typename')
      return { name, value: () => type.name, complete: (typeName) => typeName };
    const field = type.getFields()[node.name.value]!;
    // Without places in lists, which depend on the data; Pothos leaves them out of what it remembers by path
    const path: Path = { prev, key: name, typename: type.name };
    const args = getArgumentValues(field, node, this.#variables);
    const info = this.#infoOf(type, field, nodes, path);
    const resolve = resolverBehindTypeScopes(field) ?? field.resolve;
    return {
      name,
      value: resolve
        ? (source, context) => resolve(source, args, context, info)
        : (source) => (source as Answer)[field.name],
      complete: this.#completeOf(field.type, nodes, path, info),
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

  #completeOf(type: GraphQLOutputType, nodes: readonly FieldNode[], path: Path, info: Info): Complete {
    const isNeeded = isNonNullType(type);
    const some = this.#completeSome(isNeeded ? type.ofType : type, nodes, path, info);
    return (value, run) => {
      if (value === null || value === undefined) {
        if (isNeeded) throw new NotPlanned('Nothing where something has to be.');
        return null;
      }
      if (value instanceof Error) throw new NotPlanned('An error.');
      return some(value, run);
    };
  }

  /** Of what is there. */
  #completeSome(
    type: GraphQLNullableOutputType,
    nodes: readonly FieldNode[],
    path: Path,
    info: Info,
  ): Complete {
    if (isLeafType(type))
      return (value) => {
        const written = type.serialize(value);
        if (written === null || written === undefined) throw new NotPlanned('Nothing came of a value.');
        return written;
      };
    if (isListType(type)) {
      const each = this.#completeOf(type.ofType, nodes, path, info);
      return (values, run) => {
        if (!Array.isArray(values)) throw new NotPlanned('No list.');
        const answers: unknown[] = [];
        for (let i = 0; i < values.length; i++) put(answers, i, values[i], each, run);
        return answers;
      };
    }
    if (!isObjectType(type)) throw new NotPlanned('A type that turns out when it is read.');
    return this.#completeObject(type, nodes, path, info);
  }

  #completeObject(type: GraphQLObjectType, nodes: readonly FieldNode[], path: Path, info: Info): Complete {
    const shape = this.shapeOf(
      type,
      nodes.map(({ selectionSet }) => selectionSet!),
      path,
    );
    const mayBeSeen = typeScopesAllow(type);
    return (source, run) => {
      if (type.isTypeOf && type.isTypeOf(source, run.context, info) !== true)
        throw new NotPlanned('Another type.');
      if (!mayBeSeen(source, run.context)) throw new NotPlanned('Not for this viewer.');
      return answerOf(shape, source, run);
    };
  }
}

type TypeScopes = Parameters<RequestCache<never>['evaluateScopeMap']>[0];

/** Asks what a type's `authScopes` say of an object, in the words of the scopes' own plugin. */
function typeScopesAllow({ extensions }: GraphQLObjectType): (source: unknown, context: Context) => boolean {
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
