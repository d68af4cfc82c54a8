import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '../ports/app.ts';
import type { Secrets } from '../secrets.ts';
import { BodyTooLarge, readBody } from './body.ts';

const PATH = '/callbacks/tmf641/';
const WHAT = 'tmf641';
const MAX_BODY_BYTES = 64 * 1024;

/** Where the network calls back; whoever knows this address may. */
export const callbackPath = (secrets: Secrets): string => PATH + secrets.tag('network-callback', WHAT);

/** Whether it is that address; any other is like one that is not there. */
export const isFromNetwork = (
  { networkCallback, secrets }: Pick<App, 'networkCallback' | 'secrets'>,
  path: string,
): boolean =>
  networkCallback !== undefined &&
  path.startsWith(PATH) &&
  secrets.matches('network-callback', WHAT, path.slice(PATH.length));

/** Takes an event as a hint. The answer is the same whether we know its order or not. */
export async function takeNetworkCallback(
  { networkCallback }: Pick<App, 'networkCallback'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    networkCallback?.hear(JSON.parse(await readBody(request, MAX_BODY_BYTES)));
    response.writeHead(204).end();
  } catch (error) {
    if (error instanceof BodyTooLarge) response.writeHead(413, { connection: 'close' }).end();
    else if (error instanceof SyntaxError) response.writeHead(400).end();
    else throw error;
  }
}
