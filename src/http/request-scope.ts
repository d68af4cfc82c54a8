import { AsyncLocalStorage } from 'node:async_hooks';

interface RequestScope {
  requestId: string;
}

const scope = new AsyncLocalStorage<RequestScope>();

/** Runs one request; whatever is logged meanwhile carries its id. */
export const inRequest = <Result>(requestId: string, run: () => Result): Result =>
  scope.run({ requestId }, run);

export const currentRequestId = (): string | undefined => scope.getStore()?.requestId;
