import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../graphql/context.ts';
import { KeptAnswers } from '../graphql/kept-answers.ts';
import { asksCatalogueOnly, executedOf } from '../graphql/sensitive.ts';

/** Answers what was asked of the catalogue before without executing it again. */
export function keepCatalogueAnswers(): Plugin<Context> {
  const kept = new KeptAnswers();
  return {
    onExecute: ({ args, setExecuteFn }) => {
      const { document, operationName, contextValue } = args as ExecutionArgs;
      const operation = executedOf(document, operationName ?? undefined);
      if (!operation || !asksCatalogueOnly(document, operation)) return undefined;
      const source = (contextValue as Context).app.catalogue;
      const catalogue = source.current();
      const key = keyOf(args);
      const known = kept.find(catalogue, key);
      if (known) return setExecuteFn(() => known);
      return {
        onExecuteDone: ({ result }) => {
          if (source.current() === catalogue) kept.keep(catalogue, key, result as ExecutionResult);
        },
      };
    },
  };
}

/** All that an answer about one catalogue depends on. */
function keyOf({ document, operationName, variableValues, contextValue }: ExecutionArgs): string {
  const { language } = contextValue as Context;
  return `${language} ${operationName ?? ''} ${JSON.stringify(variableValues ?? {})} ${document.loc!.source.body}`;
}
