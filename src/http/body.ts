import type { IncomingMessage } from 'node:http';

/** The request's body is larger than we read. */
export class BodyTooLarge extends Error {}

/** The whole body as text. Read here, under a limit of our own, since it is the cheapest place to refuse one. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
