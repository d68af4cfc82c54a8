// The product in a process of its own that kills itself where it is told to. Started by crash.ts.
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { serveHttp } from '../../src/http/server.ts';
import type { FailurePoint } from '../../src/ports/failure-points.ts';

const { databaseUrl, settings, crashAt, works } = JSON.parse(process.argv[2]!) as {
  databaseUrl: string;
  settings: Record<string, string>;
  crashAt: FailurePoint;
  works: boolean;
};

let armed = false;
process.on('message', () => (armed = true));
const app = await createApp({
  config: readConfig(settings),
  databaseUrl,
  secretsKeys: ['t'.repeat(32)],
  cron: false,
  reach: (point) => {
    if (armed && point === crashAt) process.kill(process.pid, 'SIGKILL');
  },
});
if (works) await app.work();
const { url } = await serveHttp(app, app.devTools);
process.send!({ url });
