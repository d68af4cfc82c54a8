import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileKey } from '../../src/cost-control/link.ts';
import { clearAwayHandler } from '../../src/upkeep/clear-away.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { type Running, startProduct } from '../support/running.ts';
import { S3 } from '../support/s3.ts';
import { download } from './download.ts';
import { faultCases, PUT_OFF, spoil } from './faults.ts';
import { aLine, type Line, statement } from './lines.ts';
import { endsOnce, IN_TIME, watchProcess } from './once.ts';

/** Long enough that the database would end a transaction that waits for the store as it ends others. */
const SLOW_MS = 1_100;
const STATEMENT_MS = 2_000;
/** Parts of two statements, a download and a removal at once. */
const CONNECTIONS = 8;
const ordered = statement();
let s3: S3;
let proxy: FaultyProxy;
let product: Running;
const watched = watchProcess();
beforeAll(async () => {
  s3 = await S3.start();
  proxy = await FaultyProxy.to(s3.port);
  product = await startProduct({
    settings: { FILES_URL: s3.url(proxy.port), OPERATION_SECONDS: '10', LOG_LEVEL: 'silent' },
    patience: {
      statementMs: STATEMENT_MS,
      timings: { files: { connectMs: 3_000, idleMs: 6_000, attempts: 2 } },
    },
  });
});
afterAll(async () => {
  await product.stop();
  await proxy.stop();
  await s3.stop();
});

async function withStatement(): Promise<Line> {
  const line = await aLine(product);
  expect((await ordered.ask(line)).data).toMatchObject({
    orderDetail: { __typename: 'DetailOrderAccepted' },
  });
  await endsOnce(product, line, ordered);
  return line;
}

/** The one statement of the line. */
const orderOf = (line: Line) =>
  product.app.db.detailOrder.findFirstOrThrow({ where: { subscriberId: line.id } });

/** Follows the link of the one statement. */
async function downloadOf(line: Line): Promise<string> {
  const answer = await line.client.query(
    '{ me { detailOrders(first: 1) { edges { node { downloadUrl } } } } }',
  );
  const { downloadUrl } = answer.data.me.detailOrders.edges[0].node;
  return download(product.url + new URL(downloadUrl).pathname, (await orderOf(line)).sha256);
}

const clearAway = () => clearAwayHandler(product.app).run({});

test.each(faultCases({ upTo: 800 }))(
  'S3, $title: a statement waits, a download says so, a removal is made up for',
  { timeout: 120_000 },
  async (each) => {
    const [ordering, reading, expiring] = [
      await aLine(product),
      await withStatement(),
      await withStatement(),
    ];
    const { subscriberId, id } = await orderOf(expiring);
    const where = { subscriberId_id: { subscriberId, id } };
    await product.app.db.detailOrder.update({ where, data: { expiresAt: new Date(0) } });
    spoil(proxy, each, SLOW_MS);
    const removal = clearAway().then(
      () => 'removed',
      () => 'failed',
    );
    const accepted = await ordered.ask(ordering);
    expect(accepted.data).toMatchObject({ orderDetail: { __typename: 'DetailOrderAccepted' } });
    const told = await downloadOf(reading);
    if (each.fault === 'slow') {
      expect(told).toBe('whole');
      await endsOnce(product, ordering, ordered);
    } else if (each.after) expect(told).toMatch(new RegExp(`${PUT_OFF.source}|^whole$|^broken off$`));
    else {
      expect(told).toMatch(PUT_OFF);
      expect(await removal).toBe('failed');
      const stands = () => orderOf(ordering);
      await expect.poll(stands, IN_TIME).toMatchObject({ state: 'IN_PROGRESS', failureCode: null });
    }
    await removal;
    proxy.way = 'pass';

    await endsOnce(product, ordering, ordered);
    expect(await downloadOf(ordering)).toBe('whole');
    expect(await downloadOf(reading)).toBe('whole');
    await clearAway();
    const expired = await orderOf(expiring);
    expect(expired.fileRemovedAt).not.toBeNull();
    expect(await product.app.files.read(fileKey(expired))).toBeUndefined();
    await expect.poll(() => proxy.open, IN_TIME).toBeLessThanOrEqual(CONNECTIONS);
    watched.calm();
  },
);
