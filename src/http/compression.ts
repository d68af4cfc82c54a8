import type { IncomingMessage, ServerResponse } from 'node:http';
import compression from 'compression';

/** Below this an answer fits into one packet however it is written. */
const LEAST_BYTES = 1_024;

const compress = compression({
  threshold: LEAST_BYTES,
  filter: (_request, response) =>
    /json/.test(String(response.getHeader('content-type'))) && !response.hasHeader('set-cookie'),
});

/**
 * Has an answer in JSON compressed on its way, for a client that accepts it: the person may pay by the megabyte. Not for
 * streams.
 *
 * The length of a compressed answer tells whether two of its texts are alike (BREACH): enough to guess a secret for who
 * can have many requests sent that put a guess beside it. Pages of other origins cannot have any sent (`isFromOurPage`);
 * besides, what could hold tokens is left as it is: every mutation, and whatever sets a cookie.
 */
export function compressAnswer(document: string, request: IncomingMessage, response: ServerResponse): void {
  if (!request.headers['accept-encoding'] || document.includes('mutation')) return;
  compress(request as Parameters<typeof compress>[0], response as Parameters<typeof compress>[1], () => {});
}
