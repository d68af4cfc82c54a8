import type { Plugin } from 'graphql-yoga';
import { compiledFor } from '../graphql/compiled.ts';

/**
 * Runs hot operations compiled. One whose answer has errors is executed as any other after all, so that they are the
 * same in every word: it only reads.
 */
export const runHotCompiled: Plugin = {
  onExecute: ({ args, executeFn, setExecuteFn }) => {
    const compiled = compiledFor(args);
    if (!compiled) return;
    setExecuteFn(async (given) => {
      const result = await compiled();
      return result.errors ? executeFn(given) : result;
    });
  },
};
