import { isAsyncIterable } from 'graphql-yoga';

/** The result of some work, or, when it takes longer than that, another; a stream that comes after all is ended. */
export async function within<Result>(
  seconds: number,
  work: Result | PromiseLike<Result>,
  late: () => Result,
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
