import type { ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { codedError, maskError } from '../graphql/errors.ts';
import { EventAnswers } from '../graphql/event-answers.ts';
import type { Config } from '../config.ts';
import type { App } from '../ports/app.ts';
import { endSpan } from '../seeing/trace.ts';
import type { AnswersUnderWay } from './departure.ts';
import type { Operation } from './operation.ts';
import { check, type Checked, runInPlace } from './pipeline.ts';
import type { SocketPlaces } from './places.ts';
import { currentRequestId } from './request-scope.ts';
import { jsonOf } from './result-json.ts';
import { seeErrors, seeOperation, seeRefused } from './seen.ts';
import { endWithSession } from './session-end.ts';
import type { RequestFacts, Yoga } from './yoga.ts';

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // A proxy that gathers before it passes on would hold events back.
  'x-accel-buffering': 'no',
};
const COMPLETE = 'event: complete\ndata:\n\n';
const BEAT = ':\n\n';

interface Parts {
  app: App;
  yoga: Yoga;
  places: SocketPlaces;
  underWay: AnswersUnderWay;
}
type Mask = (error: unknown) => GraphQLError;

/**
 * Answers a subscription with its stream (GraphQL over SSE, "distinct connections mode"). False: it is none, or no
 * operation at all, and is answered like any other request.
 */
export async function serveStream(
  { app, yoga, places, underWay }: Parts,
  operation: Operation,
  facts: RequestFacts,
  response: ServerResponse,
): Promise<boolean> {
  const checked = checkStream(yoga, operation, facts);
  if (!checked) return false;
  const mask: Mask = (error) =>
    maskError(error, currentRequestId()!, (err) => app.log.error({ err }, 'unexpected error'));
  const begin = () => seeOperation(operation, 'sse', () => start({ app, places }, checked, facts));
  const result = await begin().catch((error: unknown) => ({ errors: [mask(error)] }));
  if (isAsyncIterable(result)) await carryStream(response, underWay, result, app.config, mask);
  else refuse(response, result.errors ?? []);
  return true;
}

function checkStream(yoga: Yoga, operation: Operation, facts: RequestFacts): Checked | undefined {
  try {
    const checked = check(yoga, operation, { ...facts, streams: true });
    return 'begin' in checked && checked.kind === 'stream' ? checked : undefined;
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

async function start(
  { app, places }: Pick<Parts, 'app' | 'places'>,
  checked: Checked,
  { address }: RequestFacts,
): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
  const { context, run } = await checked.begin();
  const leave = places.stream(context.viewer, address);
  if (!leave) {
    seeRefused('streams');
    throw codedError('TOO_MANY_STREAMS', 'There are as many streams as there may be: end one first.');
  }
  const result = await runInPlace(run, leave);
  return result instanceof EventAnswers ? endWithSession(app, context.viewer, result) : result;
}

/** The one answer of a stream that does not come about. */
function refuse(response: ServerResponse, errors: readonly GraphQLError[]): void {
  const { http } = (errors[0]?.extensions ?? {}) as { http?: { status: number } };
  response.writeHead(http?.status ?? 200, HEADERS).end(next({ errors }) + COMPLETE);
}

/**
 * Carries a stream's results to one reader, each handed to the system before the stream is asked for another. A
 * reader that does not read is cut off: without the word `complete`, it comes back and goes on by its cursor.
 */
async function carryStream(
  response: ServerResponse,
  underWay: AnswersUnderWay,
  results: AsyncIterable<ExecutionResult>,
  { SOCKET_PING_SECONDS, STUCK_SECONDS }: Config,
  mask: Mask,
): Promise<void> {
  const source = results[Symbol.asyncIterator]();
  const gone = () => void source.return?.();
  response.once('close', gone).on('error', gone);
  if (response.destroyed) return gone();
  // Whether anything moves on it is watched below.
  response.req.socket.setTimeout(0);
  response.writeHead(200, HEADERS).write(BEAT);
  underWay.addStream(response);
  endSpan();
  const beating = setInterval(
    () => response.writableLength || response.write(BEAT),
    SOCKET_PING_SECONDS * 1_000,
  );
  try {
    for (let result = await source.next(); !result.done; result = await source.next())
      await taken(response, next(result.value), STUCK_SECONDS * 1_000);
    if (!response.destroyed) response.end(COMPLETE);
  } catch (error) {
    if (!response.destroyed) response.end(next({ errors: [mask(error)] }) + COMPLETE);
  } finally {
    clearInterval(beating);
    response.req.socket.setTimeout(STUCK_SECONDS * 1_000);
  }
}

/** Resolves when the system has taken the text, or when there is nobody to take it. */
function taken(response: ServerResponse, text: string, stuckMs: number): Promise<void> {
  return new Promise((resolve) => {
    const stuck = setTimeout(() => response.destroy(), stuckMs);
    const done = () => {
      clearTimeout(stuck);
      response.off('close', done);
      resolve();
    };
    response.once('close', done);
    if (response.destroyed) done();
    else response.write(text, done);
  });
}

function next(result: ExecutionResult): string {
  seeErrors(result.errors);
  return `event: next\ndata: ${jsonOf(result).toString()}\n\n`;
}
