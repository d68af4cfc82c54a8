import {
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Context } from './context.ts';
import { heatOf, soleField } from './hot-documents.ts';
import { executedOf } from './sensitive.ts';

/** An operation that runs more often than this is worth the milliseconds that compiling takes. */
const RUNS_BEFORE = 2;

type Run = (root: unknown, context: unknown, variables: Record<string, unknown>) => unknown;

/** What became of an operation: how often it has run, or how it runs; null: it is not for compiling. */
type Known = { runs: number } | { run: Run } | null;

const known = new WeakMap<OperationDefinitionNode, Known>();

/**
 * A hot operation that has run before as one function, without the general executor's work for each field.
 * Undefined: it is executed as any other. Only where no field plans a query of its own: what plugin-prisma notes down
 * about the way through a document is not found again on the way of a compiled one, and it would read things twice.
 */
export function compiledFor(args: ExecutionArgs): (() => Promise<ExecutionResult>) | undefined {
  const { document, operationName, contextValue, variableValues } = args;
  const operation = executedOf(document, operationName ?? undefined);
  if (!operation) return undefined;
  let state = known.get(operation);
  if (state === undefined) known.set(operation, (state = isFit(args, operation) ? { runs: 0 } : null));
  if (!state) return undefined;
  const node = soleField(operation);
  const context = contextValue as Context;
  const { hotReads, variables } = context;
  if (!node || !hotReads.knows(node, variables)) return undefined;
  if ('runs' in state) {
    if (state.runs++ < RUNS_BEFORE) return undefined;
    known.set(operation, (state = compile(args)));
    if (!state) return undefined;
  }
  const { run } = state;
  // What is known was planned with these variables, behind the limits
  context.weighed = true;
  return async () => (await run(undefined, contextValue, variableValues ?? {})) as ExecutionResult;
}

/** Whether an operation asks one thing, all of it from one kind of row and from memory. */
function isFit({ document, schema }: ExecutionArgs, operation: OperationDefinitionNode): boolean {
  const node = soleField(operation);
  const field = node && schema.getQueryType()!.getFields()[node.name.value];
  if (!field) return false;
  const fragments = Object.fromEntries(
    document.definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  const { hot, plain } = heatOf({ schema, fragments, fieldNodes: [node], returnType: field.type });
  return hot && plain;
}

function compile({ schema, document, operationName }: ExecutionArgs): { run: Run } | null {
  const compiled = compileQuery(schema, document, operationName ?? undefined);
  return isCompiledQuery(compiled) ? { run: compiled.query as Run } : null;
}
