import type { ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { codedError } from '../graphql/errors.ts';
import type { App } from '../ports/app.ts';

/** The result of some work, or, when it takes longer than that, another; a stream that comes after all is ended. */
export function within<Result>(
  seconds: number,
  work: Result | PromiseLike<Result>,
  late: () => Result | Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      resolve(late());
    }, seconds * 1_000);
    Promise.resolve(work).then(
      (result) => {
        clearTimeout(timer);
        if (isLate && isAsyncIterable(result)) end(result).catch(() => {});
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

async function end(stream: AsyncIterable<unknown>): Promise<void> {
  await stream[Symbol.asyncIterator]().return?.();
}

/** What the log says of it. */
export const TOO_LONG = 'an operation takes too long';

type Parts = Pick<App, 'config' | 'log'>;

/** An operation's result, or that it takes too long. */
export const operationInTime = <Result>(
  app: Parts,
  result: Result | PromiseLike<Result>,
): Promise<Result | ExecutionResult> =>
  within<Result | ExecutionResult>(app.config.OPERATION_SECONDS, result, () => ({ errors: [tooLong(app)] }));

/** The same work, unless it takes longer than operations may. @throws GraphQLError TIMED_OUT */
export const inTime = <Result>(app: Parts, work: PromiseLike<Result>): Promise<Result> =>
  within(app.config.OPERATION_SECONDS, work, () => Promise.reject(tooLong(app)));

/** What was begun is not undone by it. */
function tooLong({ config, log }: Parts): GraphQLError {
  log.warn(TOO_LONG);
  return codedError(
    'TIMED_OUT',
    `This took longer than ${config.OPERATION_SECONDS} seconds. A change may still happen: repeat it under the same key, or look first.`,
  );
}
