import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { codedError } from '../graphql/errors.ts';

const MANIFEST = fileURLToPath(new URL('../../schema/persisted.json', import.meta.url));

export interface PersistedDocuments {
  /** The document to execute: the text that came, or the registered one that the id names. */
  textOf(query: string | undefined, id: string | undefined): string;
}

/** The documents of schema/operations, by the SHA-256 of their text. */
export async function openPersistedDocuments(): Promise<PersistedDocuments> {
  const manifest = new Map(
    Object.entries(JSON.parse(await readFile(MANIFEST, 'utf8')) as Record<string, string>),
  );
  return {
    textOf(query, id) {
      if (query) return query;
      if (id === undefined)
        throw codedError('BAD_USER_INPUT', 'There is no `query` and no `documentId` in the request.');
      const text = manifest.get(id);
      if (text === undefined)
        throw codedError('PERSISTED_DOCUMENT_NOT_FOUND', 'No document is registered under this id.');
      return text;
    },
  };
}
