// npm run partner -- add NAME --scopes line:read,services:read --redirect https://… --jwks FILE [--id ID] [--operations A,B]
// npm run partner -- operations ID A,B · npm run partner -- keys ID --jwks FILE · npm run partner -- list · npm run partner -- remove ID
import { parseArgs } from 'node:util';
import type { RunningApp } from '../app.ts';
import { namesWithin, readPartnerDocuments } from '../partners/documents.ts';
import { addPartner, removePartner, setKeys, setOperations } from '../partners/partners.ts';
import { scopesIn } from '../partners/scopes.ts';
import { PlainError } from '../ports/plain-error.ts';
import { command } from './command.ts';
import { readJson } from './read-json.ts';
import { readCommandConfig, withApp } from './with-app.ts';

const USAGE = `Say what to do:
  npm run partner -- add NAME --scopes line:read,services:read --redirect https://app.example/callback --jwks FILE
                     [--id ID] [--operations A,B: all that its scopes allow, unless told]
  npm run partner -- operations ID A,B
  npm run partner -- keys ID --jwks FILE
  npm run partner -- list
  npm run partner -- remove ID
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    id: { type: 'string' },
    scopes: { type: 'string', default: '' },
    redirect: { type: 'string', multiple: true, default: [] },
    jwks: { type: 'string' },
    operations: { type: 'string' },
  },
});
const [act = '', subject = '', more = ''] = positionals;
const listed = (text: string): string[] => text.split(/[, ]+/).filter(Boolean);

/** "Weather & Co" → weather-co */
const idFrom = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

async function add(app: RunningApp): Promise<string> {
  const documents = await readPartnerDocuments();
  const { id = idFrom(subject), redirect, jwks = '', operations } = values;
  const scopes = listed(values.scopes) as ReturnType<typeof scopesIn>;
  await addPartner(app, documents, {
    id,
    name: subject,
    scopes,
    redirectUris: redirect.flatMap(listed),
    jwks: (await readJson(jwks)) as { keys: [] },
    operations: operations === undefined ? namesWithin(documents, scopes) : listed(operations),
  });
  return `Registered. Its client id: ${id}\n`;
}

async function list(app: RunningApp): Promise<string> {
  const partners = await app.db.partner.findMany({
    where: { removedAt: null },
    orderBy: { createdAt: 'asc' },
    include: { _count: { select: { grants: { where: { endedAt: null } } } } },
  });
  return partners
    .map(
      ({ id, name, scopes, operations, _count }) =>
        `${id} · ${name} · ${_count.grants} subscribers\n  scopes: ${scopes.join(' ')}\n  operations: ${operations.join(' ')}\n`,
    )
    .join('');
}

/** What is asked for, told before any database is opened. @throws PlainError */
function asked(): (app: RunningApp) => Promise<string> {
  const { jwks: jwksFile } = values;
  if (act === 'list') return list;
  if (act === 'add' && subject && jwksFile) return add;
  if (act === 'remove' && subject)
    return (app) => removePartner(app, subject).then(() => `${subject} is removed\n`);
  if (act === 'keys' && subject && jwksFile)
    return async (app) => {
      await setKeys(app, subject, await readJson(jwksFile));
      return `${subject} has other keys\n`;
    };
  if (act !== 'operations' || !subject) throw new PlainError(USAGE);
  return async (app) => {
    await setOperations(app, await readPartnerDocuments(), subject, listed(more));
    return `${subject} may run: ${more || 'nothing'}\n`;
  };
}

await command(async () => {
  const run = asked();
  await withApp(readCommandConfig(), async (app) => void process.stdout.write(await run(app)));
});
