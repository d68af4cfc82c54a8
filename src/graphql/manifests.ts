import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type DocumentNode, Kind, parse, validate } from 'graphql';
import { NotForPartners, scopesOfDocument, strayFieldScopes } from '../partners/document-scopes.ts';
import type { PartnerDocument } from '../partners/documents.ts';
import { schema } from './schema.ts';

export const WEB_MANIFEST = 'schema/persisted.json';
export const PARTNER_MANIFEST = 'schema/partner-documents.json';
const PARTNER_OPERATIONS = 'schema/operations/partner';

type Documents = Record<string, string>;
type PartnerDocuments = Record<string, PartnerDocument>;

/** A manifest that would break a client; the message names each document. */
class BrokenManifest extends Error {}

const rootFolder = new URL('../../', import.meta.url);
const here = (path: string): string => fileURLToPath(new URL(path, rootFolder));

/** A manifest's documents as they were registered, whatever stands beside each. */
type Registered = Record<string, string | { text: string }>;

/**
 * The manifests with the documents of this release and of all before. A document that was registered once stays, and
 * has to fit the schema for as long. `before`: what the manifests hold already.
 * @throws BrokenManifest where one does not
 */
export async function manifestsOf(
  made: Documents,
  before: readonly Registered[],
): Promise<{ documents: Documents; partnerDocuments: PartnerDocuments }> {
  const forPartners = await partnerNames();
  const kept = before.flatMap((manifest) => Object.entries(manifest));
  // The newest of a name comes last
  const all = new Map<string, string>();
  for (const [id, entry] of kept)
    if (!Object.hasOwn(made, id)) all.set(id, typeof entry === 'string' ? entry : entry.text);
  for (const [id, text] of Object.entries(made)) all.set(id, text);
  const isPartners = (id: string, text: string) =>
    forPartners.has(nameOf(parse(text))) ||
    kept.some(([other, entry]) => other === id && typeof entry === 'object');
  const entries = [...all];
  const documents = Object.fromEntries(entries.filter(([id, text]) => !isPartners(id, text)));
  const partnerDocuments = Object.fromEntries(
    entries.filter(([id, text]) => isPartners(id, text)).map(([id, text]) => [id, { text }]),
  );
  const faults = [
    ...strayFieldScopes(schema).map((field) => `${field} has scopes for partners, but is not in the schema`),
    ...Object.entries(documents).flatMap(([id, text]) => faultsOf(id, text)),
    ...Object.entries(partnerDocuments).flatMap(([id, { text }]) => faultsOf(id, text)),
  ];
  const withScopes = Object.entries(partnerDocuments).map(([id, { text }]) => {
    const document = parse(text);
    const name = nameOf(document);
    return [id, { name, scopes: scopesOr(name, document, faults), text }] as const;
  });
  if (faults.length) throw new BrokenManifest(faults.join('\n'));
  return { documents, partnerDocuments: Object.fromEntries(withScopes) };
}

function scopesOr(name: string, document: DocumentNode, faults: string[]): PartnerDocument['scopes'] {
  try {
    return scopesOfDocument(schema, document);
  } catch (error) {
    if (!(error instanceof NotForPartners)) throw error;
    faults.push(`${name}: ${error.message}`);
    return [];
  }
}

/** What was registered before: as main has it, and as the files here have it. */
export async function registeredBefore(): Promise<Registered[]> {
  const paths = [WEB_MANIFEST, PARTNER_MANIFEST];
  const there = paths.map((path) => readFile(here(path), 'utf8').catch(() => '{}'));
  const texts = await Promise.all([...paths.map(atBase), ...there]);
  return texts.map((text) => JSON.parse(text) as Registered);
}

/** The manifest as main has it: a document that is there cannot be taken out by hand either. Empty without git. */
async function atBase(path: string): Promise<string> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: rootFolder, maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
  try {
    const [base, head] = await Promise.all([git('merge-base', 'HEAD', 'main'), git('rev-parse', 'HEAD')]);
    return await git('show', `${base === head ? 'HEAD~1' : base}:${path}`);
  } catch {
    return '{}';
  }
}

const faultsOf = (id: string, text: string): string[] =>
  validate(schema, parse(text)).map(
    ({ message }) => `${nameOf(parse(text))} (${id.slice(0, 15)}…): ${message}`,
  );

const nameOf = ({ definitions }: DocumentNode): string => {
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return operation?.name?.value ?? '';
};

async function partnerNames(): Promise<Set<string>> {
  const folder = here(PARTNER_OPERATIONS);
  const texts = await Promise.all(
    (await readdir(folder)).map((file) => readFile(`${folder}/${file}`, 'utf8')),
  );
  return new Set(texts.map((text) => nameOf(parse(text))).filter(Boolean));
}
