import type { ExecutionArgs, ExecutionResult } from 'graphql';

/** Carries an operation out. */
export type Execute = (args: ExecutionArgs) => Promise<ExecutionResult>;
