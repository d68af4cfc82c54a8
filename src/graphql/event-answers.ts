import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  executeSubscriptionEvent,
  type GraphQLError,
  type OperationDefinitionNode,
  validateSubscriptionArgs,
  type ValidatedSubscriptionArgs,
} from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import type { Context } from './context.ts';
import { heatOf } from './hot-documents.ts';
import { type EventPlan, planOfEvents } from './plan.ts';
import { NotPlanned } from './writing.ts';

type PromiseOrValue<Value> = Promise<Value> | Value;
type Mask = (error: unknown) => GraphQLError;

/** Of subscriptions without variables, which answer every caller's events alike; null: as any other. */
const plans = new WeakMap<OperationDefinitionNode, EventPlan | null>();

/**
 * Begins a subscription as graphql-js does (GraphQL, 6.2.3). Each event is answered by one function, where what is
 * selected of it can be told at once; where that has no answer, by graphql-js after all: the same in every word. Errors
 * leave as `mask` says.
 */
export async function subscribe(
  given: ExecutionArgs,
  mask: Mask,
): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const args = validateSubscriptionArgs(given);
  if (!('schema' in args)) return masked({ errors: args }, mask);
  const events = await createSourceEventStream(args);
  return isAsyncIterable(events) ? answersTo(events, args, mask) : masked(events, mask);
}

const masked = (result: ExecutionResult, mask: Mask): ExecutionResult =>
  result.errors ? { ...result, errors: result.errors.map(mask) } : result;

/** The answer to each event, made when it is asked for. */
function answersTo(
  events: AsyncIterable<unknown>,
  args: ValidatedSubscriptionArgs,
  mask: Mask,
): AsyncIterableIterator<ExecutionResult> {
  const source = events[Symbol.asyncIterator]();
  const answer = answerOf(args);
  return {
    next: async () => {
      try {
        const next = await source.next();
        if (next.done) return { done: true, value: undefined };
        const result = answer(next.value);
        return { done: false, value: masked(result instanceof Promise ? await result : result, mask) };
      } catch (error) {
        throw mask(error);
      }
    },
    return: async () => {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function answerOf(args: ValidatedSubscriptionArgs): (event: unknown) => PromiseOrValue<ExecutionResult> {
  let plan: EventPlan | null | undefined;
  const execute = (event: unknown) => executeSubscriptionEvent({ ...args, rootValue: event });
  return (event) => {
    if (plan === undefined) plan = planFor(args);
    if (!plan) return execute(event);
    try {
      return { data: JSON.parse(plan(event, args.contextValue as Context)) as Record<string, unknown> };
    } catch {
      return execute(event);
    }
  };
}

/** The plan of a subscription whose events select nothing that has to be read. */
function planFor(asked: ValidatedSubscriptionArgs): EventPlan | null {
  const { operation } = asked;
  if (operation.variableDefinitions?.length) return made(asked);
  let plan = plans.get(operation);
  if (plan === undefined) plans.set(operation, (plan = made(asked)));
  return plan;
}

function made({
  schema,
  fragmentDefinitions: fragments,
  operation,
  rawVariableValues,
}: ValidatedSubscriptionArgs): EventPlan | null {
  const returnType = schema.getSubscriptionType()!;
  const { plain } = heatOf({ schema, fragments, fieldNodes: [operation], returnType });
  if (!plain) return null;
  try {
    return planOfEvents({ schema, fragments, operation, variables: rawVariableValues ?? {} });
  } catch (error) {
    if (error instanceof NotPlanned) return null;
    throw error;
  }
}
