import { createHash, randomUUID } from 'node:crypto';
import { oneOf, tokenOf, type Visit } from './visit.ts';

const ORDER = `mutation ($input: OrderDetailInput!) { orderDetail(input: $input) {
  __typename ... on DetailOrderAccepted { order { id } } ... on UserError { code message } } }`;
const FORMATS = ['CSV', 'CSV', 'HTML', 'XML', 'XLSX', 'PDF'];
const DAY_MS = 86_400_000;

const dayBefore = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** Orders an itemised statement, waits for it, downloads it and compares it with its checksum. */
export async function orderStatement(visit: Visit, due: number): Promise<void> {
  const { asking, streams } = visit;
  const viewer = oneOf(visit.viewers);
  const input = {
    from: dayBefore(22),
    to: dayBefore(2),
    format: oneOf(FORMATS),
    idempotencyKey: randomUUID(),
  };
  const { order } = await asking.ask({
    kind: 'statement ordered',
    query: ORDER,
    variables: { input },
    token: await tokenOf(visit, viewer),
    right: 'DetailOrderAccepted',
    repeatable: true,
    due,
  });
  const start = performance.now();
  const last = await streams.followStatement(viewer.id, order.id).catch((error: unknown) => {
    throw asking.wrong('statement', String(error));
  });
  asking.tally.done('statement made', performance.now() - start);
  if (last?.state !== 'COMPLETED') throw asking.wrong('statement', JSON.stringify(last));
  const { pathname, search } = new URL(last.order.downloadUrl);
  const file = await asking.download('download', pathname + search);
  if (createHash('sha256').update(file).digest('hex') !== last.order.sha256)
    throw asking.wrong('download', 'another checksum');
}
