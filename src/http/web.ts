import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import Negotiator from 'negotiator';
import sirv from 'sirv';
import type { Config } from '../config.ts';

/** Where `npm run build:web` puts the page. */
const BUILT = fileURLToPath(new URL('../../build/web/', import.meta.url));
const YEAR_S = 31_536_000;
const ENCODINGS = ['br', 'gzip', 'identity'];

/** Answers a request for the page or a part of it; false: it was for something else. */
export type WebPage = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;

/** The web page as it was built: one document for all of its addresses, and files whose names change with their content. */
export function openWebPage(config: Pick<Config, 'PUBLIC_URL'>, devTools: boolean): WebPage {
  if (!existsSync(`${BUILT}index.html`)) return notBuilt;
  const html = readFileSync(`${BUILT}index.html`, 'utf8');
  const document = documentOf(devTools ? html.replace('content="off"', 'content="on"') : html, config);
  // The files are listed now, once: no address can lead to another
  const files = sirv(`${BUILT}assets`, {
    brotli: true,
    gzip: true,
    etag: true,
    immutable: true,
    maxAge: YEAR_S,
    setHeaders: (response) => {
      response.setHeader('x-content-type-options', 'nosniff');
      response.setHeader('cross-origin-resource-policy', 'same-origin');
    },
  });
  return (request, response, { pathname }) => {
    if (pathname.startsWith('/assets/')) {
      let found = true;
      const inFolder = Object.assign(request, { url: pathname.slice('/assets'.length) });
      files(inFolder, response, () => {
        found = false;
      });
      return found;
    }
    if (!isPageAddress(request, pathname)) return false;
    sendDocument(document, request, response);
    return true;
  };
}

/** A browser that wants something to show; what has an extension is a file that is not there. */
const isPageAddress = ({ headers }: IncomingMessage, pathname: string): boolean =>
  pathname === '/' || (headers.accept?.includes('text/html') === true && !/\.\w+$/.test(pathname));

const notBuilt: WebPage = (request, response, { pathname }) => {
  if (!isPageAddress(request, pathname)) return false;
  response
    .writeHead(503, { 'content-type': 'text/plain; charset=utf-8' })
    .end('The web page is not built: npm run build:web\n');
  return true;
};

interface WebDocument {
  etag: string;
  headers: Record<string, string>;
  bodies: Record<string, Buffer>;
}

function documentOf(html: string, config: Pick<Config, 'PUBLIC_URL'>): WebDocument {
  const plain = Buffer.from(html);
  const bodies = { br: brotliCompressSync(plain), gzip: gzipSync(plain), identity: plain };
  return { etag: `"${sha256(html, 'base64url')}"`, headers: headersOf(html, config), bodies };
}

const sha256 = (text: string, encoding: 'base64' | 'base64url'): string =>
  createHash('sha256').update(text).digest(encoding);

/** What the page may do: speak to us, and nothing else. Its one inline script is allowed by its very text. */
function headersOf(html: string, { PUBLIC_URL }: Pick<Config, 'PUBLIC_URL'>): Record<string, string> {
  const inline = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(
    ([, text = '']) => `'sha256-${sha256(text, 'base64')}'`,
  );
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${inline.join(' ')}`,
    "style-src 'self'",
    // The picture of a captcha is a data: URI
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-cache',
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(PUBLIC_URL?.startsWith('https:') ? { 'strict-transport-security': `max-age=${YEAR_S}` } : {}),
  };
}

function sendDocument(
  { etag, headers, bodies }: WebDocument,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (request.headers['if-none-match']?.includes(etag)) {
    response.writeHead(304, { ...headers, etag }).end();
    return;
  }
  const accepted = new Negotiator(request).encodings(ENCODINGS);
  const encoding = ENCODINGS.find((one) => accepted.includes(one)) ?? 'identity';
  const body = bodies[encoding]!;
  response
    .writeHead(200, {
      ...headers,
      etag,
      'content-length': body.length,
      ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
    })
    .end(body);
}
