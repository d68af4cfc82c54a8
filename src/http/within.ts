import type { GraphQLError } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import type { Config } from '../config.ts';
import { codedError } from '../graphql/errors.ts';

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

/** The same work, unless it takes longer than operations may. @throws GraphQLError TIMED_OUT */
export const inTime = <Result>(
  { OPERATION_SECONDS }: Pick<Config, 'OPERATION_SECONDS'>,
  work: PromiseLike<Result>,
): Promise<Result> => within(OPERATION_SECONDS, work, () => Promise.reject(tookTooLong(OPERATION_SECONDS)));

/** What was begun is not undone by it. */
export const tookTooLong = (seconds: number): GraphQLError =>
  codedError(
    'TIMED_OUT',
    `This took longer than ${seconds} seconds. A change may still happen: repeat it under the same key, or look first.`,
  );
