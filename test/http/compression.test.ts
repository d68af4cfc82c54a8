import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CatalogueDocument, SignInDocument } from '../../src/generated/operations.ts';
import { type Client, documentId } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';

const PHONE = '+79160000001';
let product: Running;
let guest: Client;
beforeAll(async () => {
  product = await startProduct();
  guest = product.client('en');
});
afterAll(() => product.stop());

interface Raw {
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** The answer as it comes over the wire, with nothing decoded. */
const post = (payload: object, headers: Record<string, string> = {}): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const sent = request(
      `${product.url}/graphql`,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
      },
    );
    sent.on('error', reject).end(JSON.stringify(payload));
  });

const catalogue = { documentId: documentId(CatalogueDocument as never), variables: { first: 50 } };

test('a long answer is compressed as the client likes it, and says the same', async () => {
  const plain = await post(catalogue);
  const gzip = await post(catalogue, { 'accept-encoding': 'gzip, deflate' });
  const brotli = await post(catalogue, { 'accept-encoding': 'gzip, deflate, br' });
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(JSON.parse(plain.body.toString())).toHaveProperty('data.services.edges');
  expect(gzip.headers).toMatchObject({ 'content-encoding': 'gzip', vary: /accept-encoding/i });
  expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: /accept-encoding/i });
  expect(gunzipSync(gzip.body)).toEqual(plain.body);
  expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
  expect(gzip.body.length * 3).toBeLessThan(plain.body.length);
});

test('a short answer is left as it is', async () => {
  const { headers, body } = await post({ query: '{ __typename }' }, { 'accept-encoding': 'gzip, br' });
  expect(headers['content-encoding']).toBeUndefined();
  expect(JSON.parse(body.toString())).toEqual({ data: { __typename: 'Query' } });
});

test('an answer with tokens is left as it is, however long', async () => {
  const { password } = await guest.receivePassword(PHONE);
  const payload = {
    query: `mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn {
      ${Array.from({ length: 12 }, (_, n) => `a${n}: tokens { accessToken }`).join(' ')} } } }`,
    variables: { input: { phoneNumber: PHONE, password } },
  };
  const { headers, body } = await post(payload, { 'accept-encoding': 'gzip, br' });
  expect(headers['content-encoding']).toBeUndefined();
  expect(body.length).toBeGreaterThan(1_024);
  expect(JSON.parse(body.toString())).toHaveProperty('data.signIn.a0');
  const registered = { documentId: documentId(SignInDocument as never), variables: payload.variables };
  expect((await post(registered, { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBeUndefined();
});

test('a stream is left as it is, so that each event comes at once', async () => {
  const stream = { accept: 'text/event-stream', 'accept-encoding': 'gzip, br' };
  const { body } = await post(catalogue, stream);
  expect(body.toString()).toMatch(/^event: next/m);
});
