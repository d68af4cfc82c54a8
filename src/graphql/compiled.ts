import { type ExecutionArgs, type FragmentDefinitionNode, Kind } from 'graphql';
import type { Selection } from '../hot-rows/selection.ts';
import type { Context } from './context.ts';
import type { Execute } from './execute.ts';
import { heatOf, soleField } from './hot-documents.ts';
import { type Plan, planOf } from './plan.ts';
import { NotPlanned } from './writing.ts';
import { executedOf } from './sensitive.ts';
import { WrittenResult } from './written-result.ts';

/** How a query runs whose rows are selected so; null: as any other. */
const plans = new WeakMap<Selection, Plan | null>();

/**
 * Runs a hot query that has run before as one function, without the general executor's work for each field. Where that
 * has no answer, it is executed as any other after all: it only reads, and so errors are the same in every word. Only
 * where no field plans a query of its own: what plugin-prisma notes down about the way through a document is not found
 * again on this one, and it would read things twice.
 */
export const runHotCompiled =
  (otherwise: Execute): Execute =>
  async (args) => {
    const context = args.contextValue as Context;
    const plan = knownPlan(args, context);
    if (!plan) return otherwise(args);
    // What is known was planned behind the limits, with all variables that say anything of it
    context.weighed = true;
    try {
      return new WrittenResult(`{"data":${await plan(context)}}`);
    } catch {
      return otherwise(args);
    }
  };

function knownPlan(args: ExecutionArgs, { hotReads, variables }: Context): Plan | undefined {
  const operation = executedOf(args.document, args.operationName ?? undefined);
  const node = operation && soleField(operation);
  const selection = node && hotReads.known(operation, node, variables);
  if (!selection) return undefined;
  let plan = plans.get(selection);
  if (plan === undefined) plans.set(selection, (plan = planFor(args)));
  return plan ?? undefined;
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
