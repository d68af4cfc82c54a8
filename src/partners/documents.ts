import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { PARTNER_SCOPES, type PartnerScope } from './scopes.ts';

const MANIFEST = fileURLToPath(new URL('../../schema/partner-documents.json', import.meta.url));

const manifest = z.record(
  z.string(),
  z.object({ name: z.string(), scopes: z.array(z.enum(PARTNER_SCOPES)), text: z.string() }),
);

/** A document that partners may be let run. */
export interface PartnerDocument {
  name: string;
  /** What it needs, as computed when it was registered. */
  scopes: readonly PartnerScope[];
  text: string;
}

export interface RegisteredDocuments {
  byId: ReadonlyMap<string, PartnerDocument>;
  /** With what the newest of each name needs. */
  names: ReadonlyMap<string, readonly PartnerScope[]>;
}

/** The documents of schema/operations/partner, of this release and of those before, by the SHA-256 of their text. */
export async function readPartnerDocuments(): Promise<RegisteredDocuments> {
  const entries = Object.entries(manifest.parse(JSON.parse(await readFile(MANIFEST, 'utf8'))));
  return {
    byId: new Map(entries),
    names: new Map(entries.map(([, { name, scopes }]) => [name, scopes])),
  };
}

/** Names of the documents for which these scopes are enough. */
export const namesWithin = ({ names }: RegisteredDocuments, scopes: readonly PartnerScope[]): string[] =>
  [...names].filter(([, needed]) => needed.every((scope) => scopes.includes(scope))).map(([name]) => name);
