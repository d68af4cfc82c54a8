import {
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import type { Context } from '../graphql/context.ts';
import { codedError, maskError } from '../graphql/errors.ts';
import { EventAnswers, subscribe } from '../graphql/event-answers.ts';
import { WrittenResult } from '../graphql/written-result.ts';
import type { Operation } from './operation.ts';
import type { Leave } from './places.ts';
import { seeStream } from './seen.ts';
import { operationInTime } from './within.ts';
import type { RequestFacts, Yoga } from './yoga.ts';

export type Result = ExecutionResult | EventAnswers;

/** An operation that fits the schema and the limits, before anybody has asked whom it speaks for. */
export interface Checked {
  kind: 'stream' | 'operation';
  args: Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>;
  /** Finds out whom it speaks for. @throws GraphQLError UNAUTHENTICATED, or that it cannot be found out */
  begin(): Promise<{ context: Context; run: () => Promise<Result> }>;
}

/** What HTTP does with an operation inside yoga, for the transports that carry results themselves. */
export function check(
  yoga: Yoga,
  { query, operationName, variables }: Operation,
  facts: RequestFacts,
): Checked | readonly GraphQLError[] {
  const {
    schema,
    execute,
    subscribe: refuse,
    contextFactory,
    parse,
    validate,
  } = yoga.getEnveloped({
    ...facts,
    variables,
    operationName,
  });
  const document = parse(query);
  const errors = validate(schema, document) as readonly GraphQLError[];
  if (errors.length) return errors;
  const operation = getOperationAST(document, operationName);
  if (!operation)
    return [codedError('BAD_USER_INPUT', 'Name one of the document’s operations in `operationName`.')];
  const isStream = operation.operation === 'subscription';
  const args = { schema: schema as GraphQLSchema, document, operationName, variableValues: variables };
  return {
    kind: isStream ? 'stream' : 'operation',
    args,
    begin: async () => {
      const context = await contextFactory();
      const given = { ...args, contextValue: context };
      if (isStream && facts.streams) return { context, run: () => openStream(given, context) };
      const run = async () => (isStream ? refuse : execute)(given);
      return { context, run };
    },
  };
}

/**
 * Begins a stream, or says that this takes too long. Not through yoga, which would lay two more streams around it: each
 * costs more than what an event selects.
 */
function openStream(args: ExecutionArgs, { app, requestId }: Context): Promise<Result> {
  const mask = (error: unknown) =>
    maskError(error, requestId, (err) => app.log.error({ err }, 'unexpected error'));
  const asked = { ...args, hideSuggestions: !app.config.DEV_TOOLS };
  return operationInTime(app, subscribe(asked, mask));
}

/** Runs an operation that has a place, and gives that back at its end, whichever comes. */
export async function runInPlace(run: () => Promise<Result>, leave: Leave): Promise<Result> {
  try {
    const result = await run();
    if (result instanceof EventAnswers) {
      result.whenOver(seeStream(leave));
      return result;
    }
    leave();
    // The protocol's library puts the result together anew from what it is made of
    return result instanceof WrittenResult ? result.toJSON() : result;
  } catch (error) {
    leave();
    throw error;
  }
}
