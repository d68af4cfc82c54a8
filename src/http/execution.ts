import { type DocumentNode, execute, type ExecutionResult, getOperationAST } from 'graphql';
import { RequestCache } from '@pothos/plugin-scope-auth';
import type { Plugin } from 'graphql-yoga';
import type { Config } from '../config.ts';
import { type Execute, runHotCompiled } from '../graphql/compiled.ts';
import type { Context } from '../graphql/context.ts';
import { answerCatalogueOnce } from './catalogue-answers.ts';
import { tookTooLong, within } from './within.ts';

/** How operations are carried out: each of these does its part, and leaves the rest to the one within. */
export function executeOperations(config: Config): Plugin<Context> {
  const whole = forgetScopes(
    answerCatalogueOnce(noteStaff(endInTime(config, runHotCompiled(byGraphqlJs(config))))),
  );
  return { onExecute: ({ setExecuteFn }) => setExecuteFn(whole) };
}

/**
 * What the scopes were found to be goes with the operation. Young collections take the values of a WeakMap for alive
 * whatever becomes of their keys, and this one holds all that the operation had.
 */
const forgetScopes =
  (carryOut: Execute): Execute =>
  async (args) => {
    try {
      return await carryOut(args);
    } finally {
      RequestCache.clearForContext(args.contextValue as Context);
    }
  };

/** Yoga’s own leaves errors unheard in lists of which one entry fails at once while others wait, and they end the process. */
const byGraphqlJs =
  ({ DEV_TOOLS }: Config): Execute =>
  async (args) =>
    execute({ ...args, hideSuggestions: !DEV_TOOLS });

/** An operation that takes too long is answered all the same. */
const endInTime =
  ({ OPERATION_SECONDS }: Config, carryOut: Execute): Execute =>
  (args) =>
    within<ExecutionResult>(OPERATION_SECONDS, carryOut(args), () => ({
      errors: [tookTooLong(OPERATION_SECONDS)],
    }));

/** Which lines a member of staff has seen, or looked for, is written down, operation by operation. */
const noteStaff =
  (carryOut: Execute): Execute =>
  async (args) => {
    const result = await carryOut(args);
    const { app, viewer, opened, lookedUp } = args.contextValue as Context;
    if (viewer.kind === 'STAFF' && (opened.size || lookedUp))
      app.staffReads.add(viewer, nameOf(args.document, args.operationName), opened);
    return result;
  };

const nameOf = (document: DocumentNode, operationName: string | null | undefined): string =>
  getOperationAST(document, operationName)?.name?.value ?? 'unnamed';
