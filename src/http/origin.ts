import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config.ts';

type Settings = Pick<Config, 'PUBLIC_URL' | 'WEB_ORIGINS'>;

/** Whether a page of this origin may speak for the person before it: ours, and those that WEB_ORIGINS names. */
function isOurs(origin: string, host: string | undefined, { PUBLIC_URL, WEB_ORIGINS }: Settings): boolean {
  const url = URL.parse(origin);
  if (!url) return false;
  const own = PUBLIC_URL === undefined ? undefined : new URL(PUBLIC_URL);
  if (origin === own?.origin || WEB_ORIGINS.includes(origin)) return true;
  // Of a host that is ours under TLS, a page that came without may be anybody's who stands on the way
  return url.host === host?.toLowerCase() && url.host !== own?.host;
}

/**
 * Whether a request may use cookies and the WebSocket. A browser says with each of them which origin it comes from
 * (RFC 6454, 7.3; Fetch, 3.2), so that only what is no browser's comes without.
 */
export function isFromOurPage({ headers }: IncomingMessage, settings: Settings): boolean {
  if (headers.origin !== undefined) return isOurs(headers.origin, headers.host, settings);
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

/** Lets pages of our other origins read the answer and send what GraphQL needs (Fetch, 3.3). */
export function allowOrigin(request: IncomingMessage, response: ServerResponse, settings: Settings): void {
  const { origin } = request.headers;
  response.setHeader('vary', 'origin');
  if (origin === undefined || !isFromOurPage(request, settings)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-expose-headers', 'x-request-id');
  if (request.method !== 'OPTIONS') return;
  response.setHeader('access-control-allow-methods', 'POST');
  response.setHeader('access-control-allow-headers', 'accept, accept-language, authorization, content-type');
  response.setHeader('access-control-max-age', '600');
}
