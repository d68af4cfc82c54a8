import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { startProcess } from '../support/process.ts';

/** What a stop may take without notice and streams (docs/production.md), and the machine's own time. */
const STOPPED_MS = 20_000 + 5_000;

test.each(['http', 'worker'])(
  'with a database that says nothing any more, a process of role %s stops within its time',
  async (ROLE) => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const { hostname, port } = new URL(database.url);
    const proxy = await FaultyProxy.to(Number(port), hostname);
    onTestFinished(() => proxy.stop());
    const through = new URL(database.url);
    through.host = `127.0.0.1:${proxy.port}`;
    const dir = mkdtempSync(join(tmpdir(), 'internet-assistant-stop-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const started = startProcess(dir, {
      ROLE,
      DATABASE_URL: through.href,
      SECRETS_KEYS: 's'.repeat(32),
      STOP_NOTICE_SECONDS: '0',
      STOP_STREAMS_SECONDS: '0',
    });
    onTestFinished(() => started.kill());
    await started.ready;

    proxy.way = 'mute';
    const began = performance.now();
    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(1);
    expect(performance.now() - began).toBeLessThan(STOPPED_MS);
  },
);
