import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import parseRange from 'range-parser';
import { fromColumn } from '../calendar.ts';
import { fileKey, isLinked, orderOfLink } from '../cost-control/link.ts';
import { codedError, hasCode } from '../graphql/errors.ts';
import type { App } from '../ports/app.ts';
import type { ByteRange, StoredFile } from '../ports/files.ts';
import { statementFile } from '../statements/write-statement.ts';
import { sendError } from './answer.ts';
import type { Places } from './places.ts';
import { seeRefused } from './seen.ts';
import { inTime } from './within.ts';

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'log' | 'secrets' | 'files'>;
type LinkedOrder = NonNullable<Awaited<ReturnType<typeof linkedOrder>>>;

/**
 * Each holds a connection to the store for as long as its reader takes. They are counted by line: many people may share
 * an address, and a line may have many links.
 */
const DOWNLOADS_AT_ONCE = 4;
const TRY_AGAIN_S = 10;

/** GET /files/<token>: a statement's file, or a range of it, for whoever has its link while that lives. */
export async function serveFile(
  app: Parts,
  downloads: Places,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const order = await inTime(app, linkedOrder(app, token));
  if (!order) return sendError(response, codedError('NOT_FOUND', 'There is nothing here.'));
  const leave = downloads.take(order.subscriberId, DOWNLOADS_AT_ONCE);
  if (!leave) return refuse(response);
  try {
    await sendFile(app, order, request, response);
  } finally {
    leave();
  }
}

function refuse(response: ServerResponse): void {
  seeRefused('downloads');
  response.setHeader('retry-after', TRY_AGAIN_S);
  sendError(response, codedError('RATE_LIMITED', 'Too many downloads at once: wait for one to end.'));
}

async function sendFile(
  app: Parts,
  order: LinkedOrder,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { phoneNumber } = order.subscriber;
  const period = { from: fromColumn(order.from), to: fromColumn(order.to) };
  const { filename, mediaType } = statementFile(order.format, { phoneNumber, ...period });
  const size = order.byteSize!;
  const range = rangeOf(request, size, order.sha256!);
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('etag', `"${order.sha256}"`);
  response.setHeader('cache-control', 'private, no-store');
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
    return;
  }
  const file = await storedFile(app, fileKey(order), range);
  if (!file) return sendError(response, codedError('NOT_FOUND', 'There is nothing here.'));
  const { start, end } = { start: 0, end: size - 1, ...range };
  response.writeHead(range ? 206 : 200, {
    'content-type': mediaType,
    'content-length': end - start + 1,
    'content-disposition': `attachment; filename="${filename}"`,
    ...(range ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
    // What is in it was written by others: it is shown, never run
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  if (request.method === 'HEAD') {
    file.content.destroy();
    response.end();
    return;
  }
  // Who stops reading has what they wanted; who had gone before left the file open
  await pipeline(file.content, response).catch(() => {
    file.content.destroy();
    response.destroy();
  });
}

async function linkedOrder(app: Parts, token: string) {
  const ref = orderOfLink(app.secrets, token);
  if (!ref) return undefined;
  const order = await app.db.detailOrder.findUnique({
    where: { subscriberId_id: { subscriberId: ref.subscriberId, id: ref.orderId } },
    include: { subscriber: { select: { phoneNumber: true } } },
  });
  return order && isLinked(order, app.clock.now()) ? order : undefined;
}

/** @throws GraphQLError UNAVAILABLE or TIMED_OUT: the store does not give it just now */
async function storedFile(
  { files, config, log }: Parts,
  key: string,
  range: ByteRange | undefined,
): Promise<StoredFile | undefined> {
  const read = files.read(key, range);
  try {
    return await inTime({ config, log }, read);
  } catch (err) {
    // What comes after all is read by nobody
    read.then(
      (late) => late?.content.destroy(),
      () => {},
    );
    if (hasCode(err, 'TIMED_OUT')) throw err;
    log.warn({ err }, 'the file store does not give a file');
    throw codedError('UNAVAILABLE', 'The file cannot be had just now. Try again in a moment.');
  }
}

/** The one range that is asked for (RFC 9110, 14.2); several, or one of another version of the file, count as none. */
function rangeOf(
  { headers }: IncomingMessage,
  size: number,
  sha256: string,
): ByteRange | 'unsatisfiable' | undefined {
  const ifRange = headers['if-range'];
  if (!headers.range || (ifRange !== undefined && ifRange !== `"${sha256}"`)) return undefined;
  const ranges = parseRange(size, headers.range, { combine: true });
  if (ranges === -1) return 'unsatisfiable';
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}
