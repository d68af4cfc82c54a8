import type { GraphQLError } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import type { Config } from '../config.ts';
import { codedError } from '../graphql/errors.ts';

/** The result of some work, or, when it takes longer than that, another; a stream that comes after all is ended. */
export async function within<Result>(
  seconds: number,
  work: Result | PromiseLike<Result>,
  late: () => Result | Promise<Result>,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const deadline = new Promise<Result>((resolve) => {
    timer = setTimeout(() => {
      isLate = true;
      resolve(late());
    }, seconds * 1_000);
  });
  const done = (async () => {
    try {
      const result = await work;
      if (isLate && isAsyncIterable(result)) void result[Symbol.asyncIterator]().return?.();
      return result;
    } finally {
      clearTimeout(timer);
    }
  })();
  done.catch(() => {});
  return Promise.race([done, deadline]);
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
