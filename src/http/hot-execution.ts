import type { Plugin } from 'graphql-yoga';
import { compiledFor } from '../graphql/compiled.ts';

/**
 * Runs hot operations compiled. Where that has no answer, they are executed as any other after all: they only read, and
 * so errors are the same in every word.
 */
export const runHotCompiled: Plugin = {
  onExecute: ({ args, executeFn, setExecuteFn }) => {
    const compiled = compiledFor(args);
    if (!compiled) return;
    setExecuteFn(async (given) => (await compiled()) ?? executeFn(given));
  },
};
