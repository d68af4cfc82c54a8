import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';

/** Enough for every document that clients registered; a parsed one takes up to half a megabyte. */
const KEPT = { max: 200 };

/**
 * Reads and validates each document once: what comes of it is always the same, good or bad. In the place of yoga's own
 * cache, which puts a name together for the rules with each request; ours are the same for all.
 */
export function keepDocuments(): Plugin {
  const parsed = new LRUCache<string, DocumentNode | Error>(KEPT);
  const validated = new WeakMap<DocumentNode, readonly Error[]>();
  return {
    onParse: ({ params: { source }, setParsedDocument }) => {
      const text = source.toString();
      const known = parsed.get(text);
      if (known instanceof Error) throw known;
      if (known) return setParsedDocument(known);
      return ({ result }) => void (result && parsed.set(text, result));
    },
    onValidate: ({ params: { documentAST }, setResult }) => {
      const known = validated.get(documentAST);
      if (known) return setResult([...known]);
      return ({ result }) => void validated.set(documentAST, result as readonly Error[]);
    },
  };
}
