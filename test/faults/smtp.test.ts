import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { type Running, startProduct } from '../support/running.ts';
import { Smtp } from '../support/smtp.ts';
import { faultCases, spoil } from './faults.ts';
import { aLine, statement } from './lines.ts';
import { endsOnce, IN_TIME, watchProcess } from './once.ts';

const SLOW_MS = 50;
let smtp: Smtp;
let proxy: FaultyProxy;
let product: Running;
const watched = watchProcess();
beforeAll(async () => {
  smtp = await Smtp.start();
  proxy = await FaultyProxy.to(smtp.port);
  product = await startProduct({
    settings: {
      MAIL_URL: `smtp://127.0.0.1:${proxy.port}`,
      MAIL_FROM: 'Operator <no-reply@operator.example>',
      LOG_LEVEL: 'warn',
    },
    patience: { timings: { mail: { connectMs: 1_000, idleMs: 1_000, wholeMs: 10_000 } } },
  });
});
afterAll(async () => {
  await product.stop();
  await proxy.stop();
  await smtp.stop();
});

test.each(faultCases({ upTo: 300 }))(
  'the mail server, $title: a statement that is to be mailed waits, and comes once',
  { timeout: 120_000 },
  async (each) => {
    const line = await aLine(product);
    const email = `line-${line.phoneNumber.slice(1)}@example.org`;
    const mailed = statement({ delivery: 'EMAIL', email });
    const logged = product.log().length;
    spoil(proxy, each, SLOW_MS);
    const answer = await mailed.ask(line);
    expect(answer.data).toMatchObject({ orderDetail: { __typename: 'DetailOrderAccepted' } });
    if (each.fault !== 'slow' && !each.after) {
      await vi.waitUntil(
        () => product.log().slice(logged).includes('a statement could not be mailed'),
        IN_TIME,
      );
      const where = { subscriberId: line.id };
      const order = await product.app.db.detailOrder.findFirstOrThrow({ where });
      expect(order).toMatchObject({ state: 'IN_PROGRESS', failureCode: null });
    }
    proxy.way = 'pass';

    await endsOnce(product, line, mailed);
    const mails = smtp.received.filter(({ to }) => to.includes(email));
    // A server that took it and could not say so gets it again, under the same Message-ID
    if (!each.after) expect(mails).toHaveLength(1);
    expect(new Set(mails.map(({ parsed }) => parsed.messageId)).size).toBe(1);
    expect(mails[0]!.parsed.attachments).toHaveLength(1);
    await expect.poll(() => proxy.open, IN_TIME).toBe(0);
    watched.calm();
  },
);
