// node codegen.ts: prints the schema, the persisted manifest and the typed documents.
// node codegen.ts --check: says which of the committed files are out of date, and fails.
// The manifests only ever grow: an app that somebody installed long ago sends the ids of its own release.
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CodegenConfig, executeCodegen } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';
import { isAbstractType, lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './src/graphql/schema.ts';
import { manifestsOf, PARTNER_MANIFEST, registeredBefore, WEB_MANIFEST } from './src/graphql/manifests.ts';

/** The preset makes a folder; of it, what is used is written where it belongs. */
const DRAFT = 'src/generated/operations/';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const sdl = `# Printed from the code by \`npm run generate\`: change it there.\n\n${printSchema(lexicographicSortSchema(schema))}\n`;

const config: CodegenConfig = {
  schema: sdl,
  documents: here('schema/operations/**/*.graphql'),
  silent: true,
  generates: {
    [DRAFT]: {
      preset: 'client',
      // Caches that keep each thing once tell things apart by it; a registered document cannot be added to.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: 'sha256' },
      },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.ts',
        emitLegacyCommonJSImports: false,
        scalars: {
          Date: 'string',
          DateTime: 'string',
          Decimal: 'string',
          EmailAddress: 'string',
          PhoneNumber: 'string',
          URL: 'string',
        },
      },
    },
  },
};

/** What codegen makes, by file name. */
async function generate(): Promise<Map<string, string>> {
  const { result, error } = await executeCodegen(config);
  if (error) throw error;
  return new Map(result.map(({ filename, content }) => [basename(filename), content]));
}

const print = (content: object): string => `${JSON.stringify(content, undefined, 2)}\n`;

/** What each union and interface may turn out to be, for clients that cache by type. */
function possibleTypes(): string {
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType);
  const entries = abstract.map((type) => [
    type.name,
    schema
      .getPossibleTypes(type)
      .map(({ name }) => name)
      .toSorted(),
  ]);
  return `export const possibleTypes = ${JSON.stringify(Object.fromEntries(entries))};\n`;
}

const made = await generate();
const documents = JSON.parse(made.get('persisted-documents.json')!) as Record<string, string>;
const manifests = await manifestsOf(documents, await registeredBefore());
const files: Record<string, { content: string; committed: boolean }> = {
  'schema/schema.graphql': { content: sdl, committed: true },
  [WEB_MANIFEST]: { content: print(manifests.documents), committed: true },
  [PARTNER_MANIFEST]: { content: print(manifests.partnerDocuments), committed: true },
  'src/generated/operations.ts': {
    content: `${made.get('graphql.ts')}\n${possibleTypes()}`,
    committed: false,
  },
};

const stale: string[] = [];
for (const [path, { content, committed }] of Object.entries(files)) {
  const there = await readFile(here(path), 'utf8').catch(() => undefined);
  if (there === content) continue;
  if (committed && process.argv.includes('--check')) stale.push(path);
  else await writeFile(here(path), content);
}
if (stale.length) {
  process.stderr.write(
    `Out of date: ${stale.join(', ')}. Run \`npm run generate\` and commit what it writes.\n`,
  );
  process.exitCode = 1;
}
