import { currentScope, inScope } from '../seeing/scope.ts';

/** Runs one request; whatever is logged meanwhile carries its id. */
export const inRequest = <Result>(requestId: string, run: () => Result): Result =>
  inScope({ requestId }, run);

export const currentRequestId = (): string | undefined => currentScope()?.requestId;
