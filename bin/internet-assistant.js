#!/usr/bin/env node
// Runs on whatever Node there is, and starts the server on the Node 24 that the package depends on. Any Node from 20 on
// reads this file as it is.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const SERVER = new URL('../dist/src/main.js', import.meta.url);

if (!existsSync(SERVER)) {
  process.stderr.write('There is nothing built here: run npm run build first, or npm start.\n');
  process.exitCode = 1;
} else if (Number.parseInt(process.versions.node, 10) >= NEEDED) await import(SERVER);
else startOn(ownNode());

/** The Node that came with the package. */
function ownNode() {
  const manifest = createRequire(import.meta.url).resolve('node/package.json');
  return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** As if it were this process: the same terminal, signals passed on, the same end. It ends when this one is gone. */
function startOn(node) {
  const server = spawn(node, [fileURLToPath(SERVER), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
  server.on('error', ({ message }) => {
    process.stderr.write(
      `This needs Node ${NEEDED}, and the one that comes with it does not start: ${message}\n`,
    );
    process.exitCode = 1;
  });
  server.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
