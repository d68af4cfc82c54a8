import {
  type ASTNode,
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
import { isOurFault } from './errors.ts';
import { heatOf, usesVariables } from './hot-documents.ts';
import { type EventPlan, planOfEvents } from './plan.ts';
import { NotPlanned } from './writing.ts';
import { WrittenResult } from './written-result.ts';

type PromiseOrValue<Value> = Promise<Value> | Value;
type Mask = (error: unknown) => GraphQLError;
type Answer = (event: unknown) => PromiseOrValue<ExecutionResult>;

/** By subscription, one function for the events of all who ask it; null: graphql-js answers them. */
const plans = new WeakMap<OperationDefinitionNode, EventPlan | null>();

/**
 * Begins a subscription as graphql-js does (GraphQL, 6.2.3). Each event is answered by one function, where that can be;
 * where it has no answer, by graphql-js after all: the same in every word. Errors leave as `mask` says.
 */
export async function subscribe(given: ExecutionArgs, mask: Mask): Promise<EventAnswers | ExecutionResult> {
  const args = validateSubscriptionArgs(given);
  if (!('schema' in args)) return masked({ errors: args }, mask);
  const events = await createSourceEventStream(args);
  return isAsyncIterable(events) ? new EventAnswers(events, answerOf(args), mask) : masked(events, mask);
}

const masked = (result: ExecutionResult, mask: Mask): ExecutionResult =>
  result.errors ? { ...result, errors: result.errors.map(mask) } : result;

/**
 * The answer to each event, made when it is asked for. It is over with the first that could not be had for a fault of
 * ours, which it throws: the reader goes on from its last cursor, where to read on would leave a gap.
 */
export class EventAnswers implements AsyncIterableIterator<ExecutionResult> {
  readonly #events: AsyncIterator<unknown>;
  readonly #answer: Answer;
  readonly #mask: Mask;
  #tellEnd = () => {};
  #isOver = false;

  constructor(events: AsyncIterable<unknown>, answer: Answer, mask: Mask) {
    this.#events = events[Symbol.asyncIterator]();
    this.#answer = answer;
    this.#mask = mask;
  }

  /** Has that told when it is over, whichever way. */
  whenOver(tell: () => void): void {
    this.#tellEnd = tell;
  }

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    try {
      const next = await this.#events.next();
      if (next.done) return this.#over();
      const answer = this.#answer(next.value);
      const result = masked(answer instanceof Promise ? await answer : answer, this.#mask);
      // Ended while it was read: whoever ended it may use its name for another
      if (this.#isOver) return this.#over();
      const fault = result.errors?.find(isOurFault);
      if (fault) throw fault;
      return { done: false, value: result };
    } catch (error) {
      await this.return().catch(() => {});
      throw this.#mask(error);
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    const over = this.#over();
    await this.#events.return?.();
    return over;
  }

  #over(): IteratorReturnResult<undefined> {
    this.#isOver = true;
    this.#tellEnd();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function answerOf(args: ValidatedSubscriptionArgs): Answer {
  const plan = planFor(args);
  const execute = (event: unknown) => executeSubscriptionEvent({ ...args, rootValue: event });
  if (!plan) return execute;
  return (event) => {
    try {
      const text = plan(event, args.contextValue as Context);
      return typeof text === 'string' ? resultOf(text) : text.then(resultOf, () => execute(event));
    } catch {
      return execute(event);
    }
  };
}

const resultOf = (data: string) => new WrittenResult(`{"data":${data}}`);

function planFor(asked: ValidatedSubscriptionArgs): EventPlan | null {
  const { operation } = asked;
  let plan = plans.get(operation);
  if (plan === undefined) plans.set(operation, (plan = made(asked)));
  return plan;
}

/** The plan of a subscription of whose events no more is read than rows that are hot, and nothing is said by a variable. */
function made({
  schema,
  fragmentDefinitions: fragments,
  operation,
  rawVariableValues,
}: ValidatedSubscriptionArgs): EventPlan | null {
  const returnType = schema.getSubscriptionType()!;
  const { hot, plain } = heatOf({ schema, fragments, fieldNodes: [operation], returnType });
  if (!hot || !plain || usesVariables(selectedOf(operation), fragments)) return null;
  try {
    return planOfEvents({ schema, fragments, operation, variables: rawVariableValues ?? {} });
  } catch (error) {
    if (error instanceof NotPlanned) return null;
    throw error;
  }
}

/** What is selected of the events, without the arguments that say which. */
const selectedOf = ({ selectionSet }: OperationDefinitionNode): ASTNode[] =>
  selectionSet.selections.flatMap((each) => ('selectionSet' in each ? (each.selectionSet ?? []) : each));
