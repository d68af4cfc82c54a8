import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { IdentityDocument, SignOutDocument } from '../../src/generated/operations.ts';
import { admitText } from '../../src/http/admission.ts';
import type { Db } from '../../src/ports/database.ts';
import { documentId } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';
import { RawSocket } from '../support/socket.ts';
import { DISCOVERY, KEYS, type StaffIssuer, startStaffIssuer } from '../support/staff-issuer.ts';

let issuer: StaffIssuer;
let product: Running;
beforeAll(async () => {
  issuer = await startStaffIssuer();
  product = await startProduct({ settings: { STAFF_ISSUER: issuer.issuer, DOCUMENTS: 'persisted' } });
});
afterAll(async () => {
  await product.stop();
  issuer.stop();
});

async function ask(token: string) {
  const client = Object.assign(product.client('en'), { token });
  const { status, data, errors } = await client.query('{ identity { kind name } }');
  return [status, errors?.[0]?.extensions.code ?? data.identity];
}
const token = (claims?: Record<string, unknown>) => issuer.token(product.clock.now(), claims);

test('while the provider’s keys cannot be had, nobody hears that their token is bad', async () => {
  const good = await token();
  const unavailable = [503, 'UNAVAILABLE'];
  issuer.gone = [DISCOVERY];
  expect(await ask(good)).toEqual(unavailable);
  // What asks for no credential is not held up by one that nobody can judge
  const client = Object.assign(product.client('en'), { token: good });
  expect((await client.post({ documentId: documentId(SignOutDocument as never) })).status).toBe(200);
  const socket = new RawSocket(product.url);
  await once(socket.ws, 'open');
  socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${good}` } });
  expect((await socket.closed).code).toBe(1013);
  issuer.gone = [];
  issuer.failing = [DISCOVERY];
  expect(await ask(good)).toEqual(unavailable);
  issuer.failing = [];
  // A page of somebody else's in its place (OpenID Connect Discovery 1.0, 4.3)
  issuer.named = 'https://evil.example';
  expect(await ask(good)).toEqual(unavailable);
  issuer.named = issuer.issuer;
  issuer.failing = [KEYS];
  expect(await ask(good)).toEqual(unavailable);
  issuer.failing = [];
  issuer.gone = [KEYS];
  expect(await ask(good)).toEqual(unavailable);
  expect(product.log()).toContain('the identity provider of staff gives no answer');
  expect(product.log()).not.toMatch(/"level":(50|60)/);
  issuer.gone = [];
  expect(await ask(good)).toEqual([200, { kind: 'STAFF', name: 'Vera' }]);
});

test.each([
  ['has expired', () => token({ exp: Math.floor(product.clock.now().getTime() / 1_000) - 60 })],
  ['never expires', () => token({ exp: undefined })],
  ['is for somebody else', () => token({ aud: 'payroll' })],
  ['names nobody', () => token({ sub: undefined })],
  ['was signed by somebody else', () => issuer.forged(product.clock.now())],
])('a token that %s is none', async (_what, make) => {
  const bad = await make();
  expect((await ask(bad))[1]).toBe('PERSISTED_DOCUMENT_REQUIRED');
  const client = Object.assign(product.client('en'), { token: bad });
  const { status, errors } = await client.post({ documentId: documentId(IdentityDocument as never) });
  expect([status, errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
});

test('a name that no column takes holds up no record of what staff see', async () => {
  const strange = await token({ sub: 'strange\0', name: `\0Ve\uD800ra${'😀'.repeat(200)}` });
  const look = 'query Look { subscriber(phoneNumber: "+79160000001") { fullName } }';
  for (const each of [strange, await token({ sub: 'anton' })])
    await Object.assign(product.client('en'), { token: each }).query(look);
  await product.app.staffReads.write();
  const reads = await product.app.db.staffRead.findMany({ orderBy: { subject: 'asc' } });
  expect(reads.map(({ subject }) => subject)).toEqual(['anton', 'strange']);
  expect(reads[1]!.name).toMatch(/^Ve\uFFFDra(😀)+\uFFFD?$/u);
  expect(reads[1]!.name.length).toBeLessThanOrEqual(255);
});

test('a database that does not answer makes nobody a stranger to whom texts are refused', async () => {
  const authorization = `Bearer ${await openSession(product.app, '+79160000001')}`;
  const gone = () => {
    throw new Error('Connection terminated');
  };
  const app = { ...product.app, db: new Proxy({}, { get: gone }) as Db };
  const facts = { authorization, address: '', cookies: undefined, acceptLanguage: undefined };
  await expect(admitText(app, { ...facts, variables: undefined, operationName: undefined })).rejects.toThrow(
    'Connection terminated',
  );
});
