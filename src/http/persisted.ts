import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { codedError } from '../graphql/errors.ts';
import { type PartnerDocument, readPartnerDocuments } from '../partners/documents.ts';

const MANIFEST = fileURLToPath(new URL('../../schema/persisted.json', import.meta.url));

/** A document that came by its id: one of our own frontends', or one for partners. */
export interface Registered {
  /** Of its operation. */
  name: string;
  text: string;
  partner?: PartnerDocument | undefined;
}

/** What a request would have executed. Whether it may be is for `admission`. */
type Asked = { registered: Registered } | { freeText: string };

export interface PersistedDocuments {
  /** The text that came, or the registered document that the id names. */
  askedFor(query: string | undefined, id: string | undefined): Asked;
}

/** The documents of schema/operations, by the SHA-256 of their text. */
export async function openPersistedDocuments(): Promise<PersistedDocuments> {
  const own = Object.entries(JSON.parse(await readFile(MANIFEST, 'utf8')) as Record<string, string>);
  const partners = await readPartnerDocuments();
  const registered = new Map<string, Registered>([
    ...own.map(([id, text]) => [id, { name: nameIn(text), text }] as const),
    ...[...partners.byId].map(
      ([id, partner]) => [id, { name: partner.name, text: partner.text, partner }] as const,
    ),
  ]);
  return {
    askedFor(query, id) {
      if (query) {
        if (id !== undefined && id !== idOf(query))
          throw codedError('BAD_USER_INPUT', 'The text is not the one that the id names.');
        return { freeText: query };
      }
      if (id === undefined)
        throw codedError('BAD_USER_INPUT', 'There is no `query` and no `documentId` in the request.');
      const document = registered.get(id);
      if (!document) throw documentNotFound();
      return { registered: document };
    },
  };
}

/**
 * The same for one that is somebody else's: nobody learns which there are. Its message is the word that Apollo Client and
 * urql take for a wish to see the text.
 */
export const documentNotFound = () => codedError('PERSISTED_DOCUMENT_NOT_FOUND', 'PersistedQueryNotFound');

/** Registered documents have one operation, which has a name. */
const nameIn = (text: string): string => /\b(?:query|mutation|subscription)\s+(\w+)/.exec(text)?.[1] ?? '';

const idOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
