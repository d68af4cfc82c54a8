import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveHttp } from '../../src/http/server.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openBrowser, type Visitors } from '../support/visitor.ts';

const ASSETS = fileURLToPath(new URL('../../build/web/assets/', import.meta.url));
const FIRST_LOAD_BYTES = 200 * 1024;

let product: Running;
let browser: Visitors;
beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser(() => product.url);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

interface Raw {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** A request as it is, with nothing decoded and no address put right. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(product.url);
    const sent = request({ hostname, port, path, headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject).end();
  });

const asset = async (pattern: RegExp): Promise<string> =>
  `/assets/${(await readdir(ASSETS)).find((name) => pattern.test(name))!}`;

test('the page may speak to its origin and to nobody else, and runs no script but its own', async () => {
  const { status, headers, body } = await ask('/');
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  });
  const policy = new Map(
    (headers['content-security-policy'] as string).split('; ').map((rule) => {
      const [name = '', ...sources] = rule.split(' ');
      return [name, sources] as const;
    }),
  );
  const inline = /<script>([^]*?)<\/script>/.exec(body.toString())![1]!;
  const hash = createHash('sha256').update(inline).digest('base64');
  expect(Object.fromEntries(policy)).toEqual({
    'default-src': ["'none'"],
    'script-src': ["'self'", `'sha256-${hash}'`],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'"],
    'worker-src': ["'self'"],
    'form-action': ["'none'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
  });
});

test('it comes compressed as the browser likes it, and not again while it is the same', async () => {
  const plain = await ask('/');
  const brotli = await ask('/', { 'accept-encoding': 'gzip, deflate, br' });
  const gzip = await ask('/', { 'accept-encoding': 'gzip' });
  expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
  expect(gzip.headers).toMatchObject({ 'content-encoding': 'gzip' });
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
  expect(gunzipSync(gzip.body)).toEqual(plain.body);
  const etag = plain.headers['etag'] as string;
  const again = await ask('/', { 'if-none-match': `"other", ${etag}` });
  expect([again.status, again.body.length]).toEqual([304, 0]);
  expect((await ask('/', { 'if-none-match': '"other"' })).status).toBe(200);
});

test('a HEAD is a GET without the body', async () => {
  for (const path of ['/', '/services', await asset(/^index-.*\.js$/)]) {
    const headers = { accept: 'text/html', 'accept-encoding': 'identity' };
    const [head, get] = [await ask(path, headers, 'HEAD'), await ask(path, headers)];
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(head.headers['content-length']).toBe(String(get.body.length));
    expect(head.headers['etag']).toBe(get.headers['etag']);
  }
});

test('its parts are kept for a year, since another content has another name', async () => {
  const path = await asset(/^index-.*\.js$/);
  const plain = await ask(path);
  const brotli = await ask(path, { 'accept-encoding': 'br' });
  expect(plain.headers).toMatchObject({
    'cache-control': 'public,max-age=31536000,immutable',
    'content-type': 'text/javascript',
    'x-content-type-options': 'nosniff',
  });
  expect(brotli.headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
  expect((await ask(path, { 'if-none-match': plain.headers['etag'] as string })).status).toBe(304);
});

test('an address of the page leads to the page; of anything else, to nothing', async () => {
  const page = await ask('/');
  const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  for (const path of ['/services', '/costs?from=2026-01-01', '/nothing/here'])
    expect((await ask(path, html)).body).toEqual(page.body);
  for (const path of ['/services', '/nothing', '/favicon.ico', '/assets/none.js', '/assets/', '/assets'])
    expect({ path, status: (await ask(path)).status }).toEqual({ path, status: 404 });
  expect((await ask('/index.html', html)).status).toBe(404);
  expect((await ask('/', {}, 'POST')).status).toBe(404);
});

test('no address leads out of the folder', async () => {
  for (const path of [
    '/assets/../index.html',
    '/assets/../../../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets//etc/passwd',
    '/assets/%00',
    '/assets/%',
    '/assets/....//....//package.json',
  ])
    expect({ path, status: (await ask(path)).status }).toEqual({ path, status: 404 });
});

test('the page is told of the developer tools, and only while they are on', async () => {
  const server = await serveHttp(product.app, undefined);
  const told = [product.url, server.url].map(async (url) => {
    const html = await (await fetch(url)).text();
    return /<meta name="dev-tools" content="(\w+)" \/>/.exec(html)?.[1];
  });
  expect(await Promise.all(told)).toEqual(['on', 'off']);
  await server.stop();
});

test('the first load is at most 200 KB, since the person may pay by the megabyte', async () => {
  const visitor = await browser.visit();
  const session = await visitor.context.newCDPSession(visitor.page);
  let bytes = 0;
  await session.send('Network.enable');
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await visitor.open();
  await visitor.page.getByRole('img', { name: /Картинка с кодом/ }).waitFor();
  expect(bytes).toBeGreaterThan(50 * 1024);
  expect(bytes).toBeLessThan(FIRST_LOAD_BYTES);
  await browser.allLeave();
});
