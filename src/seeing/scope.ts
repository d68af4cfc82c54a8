import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from '@opentelemetry/api';

/** What is being done just now: what is logged meanwhile says so, and spans that are opened belong to it. */
export interface Scope {
  requestId?: string;
  orderId?: string;
  job?: string;
  /** The span that others are opened under; absent while nothing is traced. */
  span?: Span;
}

const scopes = new AsyncLocalStorage<Scope>();

/** Runs something as a matter of its own, whatever it was started from. */
export const inScope = <Result>(scope: Scope, run: () => Result): Result => scopes.run(scope, run);

export const currentScope = (): Scope | undefined => scopes.getStore();
