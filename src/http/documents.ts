import { type DocumentNode, type GraphQLError, type GraphQLSchema, specifiedRules, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config.ts';
import { parseWithin, tooMuchIn } from '../graphql/document-limits.ts';
import { badInput, isCoded } from '../graphql/errors.ts';
import { oneSensitiveField } from '../graphql/sensitive.ts';

/** Enough for every document that clients registered; a parsed one takes up to half a megabyte. */
const KEPT = { max: 200 };

/** What more is wrong with a document tells its author nothing new. */
const MAX_ERRORS = 20;

/**
 * Reads and validates each document once: what comes of it is always the same, good or bad. No more of one is read than
 * its limits allow. In the place of yoga's own cache, which puts a name together for the rules with each request; ours
 * are the same for all, and those that another plugin adds are not asked.
 */
export function readDocuments(config: Config): Plugin<{ document?: DocumentNode }> {
  const parsed = new LRUCache<string, DocumentNode | Error>(KEPT);
  const validated = new WeakMap<DocumentNode, GraphQLError[]>();
  return {
    onParse: ({ params, setParsedDocument, extendContext }) => {
      const text = params.source.toString();
      let document = parsed.get(text);
      if (!document) parsed.set(text, (document = parsedOrNot(text, config)));
      if (document instanceof Error) throw document;
      setParsedDocument(document);
      extendContext({ document });
    },
    onValidate: ({ params: { schema, documentAST: document }, setResult }) => {
      let errors = validated.get(document);
      if (!errors) validated.set(document, (errors = errorsIn(document, schema as GraphQLSchema, config)));
      setResult([...errors]);
    },
  };
}

function parsedOrNot(text: string, config: Config): DocumentNode | Error {
  try {
    return parseWithin(config, text);
  } catch (error) {
    return error as Error;
  }
}

/** What is wrong with a document, or that there is too much of it. */
function errorsIn(document: DocumentNode, schema: GraphQLSchema, config: Config): GraphQLError[] {
  const refusal = tooMuchIn(document, config);
  if (refusal) return [refusal];
  const errors = validate(schema, document, [...specifiedRules, oneSensitiveField], {
    maxErrors: MAX_ERRORS,
    hideSuggestions: !config.DEV_TOOLS,
  });
  return errors.map((error) => (isCoded(error) ? error : badInput(error)));
}
