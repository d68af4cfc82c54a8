import { rm } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { createApp } from '../../src/app.ts';
import { type Day, toColumn } from '../../src/calendar.ts';
import { makeStatement } from '../../src/cost-control/make-statement.ts';
import type { StatementFormat } from '../../src/statements/statement.ts';
import { testConfig } from '../support/config.ts';

/** Run by itself: node make-alone.ts DATABASE_URL PHONE_NUMBER CSV FROM TO. Prints what making a statement took. */
export interface Made {
  recordCount: number;
  byteSize: number;
  seconds: number;
  /** Of this process. */
  cpuSeconds: number;
  /** Above what the idle process holds, at the most. */
  peakBytes: number;
  /** For how long the event loop was held at the most. */
  heldMs: number;
}

const LOOK_MS = 5;
const [databaseUrl = '', phoneNumber = '', format = 'CSV', from = '', to = ''] = process.argv.slice(2);

const config = testConfig();
const app = await createApp({ config, databaseUrl, secretsKeys: ['t'.repeat(32)], cron: false });
const subscriber = await app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber } });
await delay(500);

const idle = process.memoryUsage.rss();
let peak = idle;
const looking = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), LOOK_MS);
const held = monitorEventLoopDelay({ resolution: 1 });
held.enable();
const start = performance.now();
const used = process.cpuUsage();
const order = {
  ...(await app.db.detailOrder.create({
    data: {
      subscriberId: subscriber.id,
      format: format as StatementFormat,
      delivery: 'DOWNLOAD',
      state: 'CANCELLED',
      finishedAt: app.clock.now(),
      language: 'ru',
      from: toColumn(from as Day),
      to: toColumn(to as Day),
      fee: 0n,
      createdAt: app.clock.now(),
      dataCompleteThrough: app.clock.now(),
    },
  })),
  subscriber,
};
const { recordCount, byteSize } = await makeStatement(app, order, async () => {});
const seconds = (performance.now() - start) / 1_000;
const { user, system } = process.cpuUsage(used);
held.disable();
clearInterval(looking);
const made: Made = {
  recordCount,
  byteSize,
  seconds,
  cpuSeconds: (user + system) / 1e6,
  peakBytes: peak - idle,
  heldMs: held.max / 1e6,
};
await app.close();
await rm(config.DATA_DIR, { recursive: true });
process.stdout.write(JSON.stringify(made));
