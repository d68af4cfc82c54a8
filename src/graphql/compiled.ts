import { type ExecutionArgs, type ExecutionResult, type FragmentDefinitionNode, Kind } from 'graphql';
import type { Selection } from '../hot-rows/selection.ts';
import type { Context } from './context.ts';
import { heatOf, soleField } from './hot-documents.ts';
import { type Plan, planOf } from './plan.ts';
import { NotPlanned } from './writing.ts';
import { executedOf } from './sensitive.ts';
import { WrittenResult } from './written-result.ts';

/** How a query runs whose rows are selected so; null: as any other. */
const plans = new WeakMap<Selection, Plan | null>();

/**
 * A hot query that has run before as one function, without the general executor's work for each field. Undefined: it is
 * executed as any other. Only where no field plans a query of its own: what plugin-prisma notes down about the way
 * through a document is not found again on this one, and it would read things twice.
 */
export function compiledFor(args: ExecutionArgs): (() => Promise<ExecutionResult | undefined>) | undefined {
  const { document, operationName, contextValue } = args;
  const context = contextValue as Context;
  const operation = executedOf(document, operationName ?? undefined);
  const node = operation && soleField(operation);
  const selection = node && context.hotReads.known(operation, node, context.variables);
  if (!selection) return undefined;
  let plan = plans.get(selection);
  if (plan === undefined) plans.set(selection, (plan = planFor(args)));
  if (!plan) return undefined;
  const run = plan;
  // What is known was planned behind the limits, with all variables that say anything of it
  context.weighed = true;
  return () =>
    run(context).then(
      (data) => new WrittenResult(`{"data":${data}}`),
      () => undefined,
    );
}

/** The plan of a query that asks one thing, all of it from one kind of row and from memory. */
function planFor({ schema, document, operationName, contextValue }: ExecutionArgs): Plan | null {
  const operation = executedOf(document, operationName ?? undefined)!;
  const node = soleField(operation)!;
  const { type: returnType } = schema.getQueryType()!.getFields()[node.name.value]!;
  const fragments = Object.fromEntries(
    document.definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  const { hot, plain } = heatOf({ schema, fragments, fieldNodes: [node], returnType });
  if (!hot || !plain) return null;
  try {
    const { variables = {} } = contextValue as Context;
    return planOf({ schema, fragments, operation, variables });
  } catch (error) {
    if (error instanceof NotPlanned) return null;
    throw error;
  }
}
