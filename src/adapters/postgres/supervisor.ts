// Runs one PostgreSQL for as long as the parent lives. The parent holds the other end of stdin: when it closes,
// in order or because the parent was killed, the server is stopped. A process group of its own keeps the
// terminal's Ctrl-C away from the server, which must outlive the requests that still use it.
import { spawn } from 'node:child_process';

const { command, args, uid, gid } = JSON.parse(process.argv[2] ?? '{}') as {
  command: string;
  args: string[];
  uid?: number;
  gid?: number;
};

/** "Fast" shutdown ends sessions and writes a checkpoint; "immediate" is for a server that does not answer it. */
const FAST = 'SIGINT';
const IMMEDIATE = 'SIGQUIT';
const PATIENCE_MS = 10_000;

const server = spawn(command, args, { uid, gid, cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] });
server.on('error', () => process.exit(1));
server.on('exit', (code) => process.exit(code ?? 1));

const stop = () => {
  server.kill(FAST);
  setTimeout(() => server.kill(IMMEDIATE), PATIENCE_MS).unref();
};
process.stdin.on('end', stop).on('error', stop).resume();
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
