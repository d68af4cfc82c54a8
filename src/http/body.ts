import type { IncomingMessage } from 'node:http';

/** The request's body is larger than we read. */
export class BodyTooLarge extends Error {}

/**
 * The whole body as text. Read here, under a limit of our own, since it is the cheapest place to refuse one. The rest
 * of what is too large is let go by, unkept: a sender that is cut off would not hear why.
 * @throws BodyTooLarge at the first byte too many
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else {
        chunks = [];
        reject(new BodyTooLarge());
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}
