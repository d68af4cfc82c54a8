import { type DocumentNode, execute, getOperationAST } from 'graphql';
import { RequestCache } from '@pothos/plugin-scope-auth';
import type { Plugin } from 'graphql-yoga';
import type { Config } from '../config.ts';
import { runHotCompiled } from '../graphql/compiled.ts';
import type { Context } from '../graphql/context.ts';
import type { Execute } from '../graphql/execute.ts';
import { answerCatalogueOnce } from './catalogue-answers.ts';
import { operationInTime } from './within.ts';

/**
 * How operations are carried out: each of these does its part, and leaves the rest to the next. What a member of staff has
 * seen is written down of late operations, too; what is noted down for one goes when it has really ended.
 */
export function executeOperations(config: Config): Plugin<Context> {
  const byGraphqlJs: Execute = async (args) => execute({ ...args, hideSuggestions: !config.DEV_TOOLS });
  const whole = answerCatalogueOnce(noteStaff(endInTime(forgetScopes(runHotCompiled(byGraphqlJs)))));
  // Yoga's own leaves errors unheard in lists of which one entry fails at once while others wait, and they end the process
  return { onExecute: ({ setExecuteFn }) => setExecuteFn(whole) };
}

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

/** An operation that takes too long is answered all the same. */
const endInTime =
  (carryOut: Execute): Execute =>
  (args) =>
    operationInTime((args.contextValue as Context).app, carryOut(args));

/**
 * What the scopes were found to be goes with the operation. Young collections take the values of a WeakMap for alive
 * whatever becomes of their keys, and the plugin's holds all that the operation had.
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
