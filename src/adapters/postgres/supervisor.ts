// Runs one PostgreSQL for as long as the parent lives, and makes its data directory first where there is none. The parent
// holds the other end of stdin: when it closes, in order or because the parent was killed, the server is stopped. A
// process group of its own keeps the terminal's Ctrl-C away from the server, which must outlive the requests that still
// use it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, rmSync } from 'node:fs';

interface Program {
  command: string;
  args: string[];
}

/** Whole or not at all: initdb works on a draft, which is renamed at the end. */
export interface Making extends Program {
  draft: string;
  data: string;
  passwordFile: string;
}

export interface Task extends Program {
  making?: Making | undefined;
  uid?: number;
  gid?: number;
}

/** "Fast" shutdown ends sessions and writes a checkpoint; "immediate" is for a server that does not answer it. */
const FAST = 'SIGINT';
const IMMEDIATE = 'SIGQUIT';
const PATIENCE_MS = 10_000;

const { making, uid, gid, ...server } = JSON.parse(process.argv[2] ?? '{}') as Task;
let running: ChildProcess | undefined;
let stopping = false;

/** Runs a program to its end and returns its exit code. */
async function run({ command, args }: Program): Promise<number> {
  running = spawn(command, args, { uid, gid, cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(running, 'exit').catch(() => [1]);
  return code ?? 1;
}

async function make({ draft, data, passwordFile, ...initdb }: Making): Promise<void> {
  const code = await run(initdb);
  rmSync(passwordFile);
  if (code || stopping) process.exit(code || 1);
  renameSync(draft, data);
}

const stop = () => {
  stopping = true;
  running?.kill(FAST);
  setTimeout(() => running?.kill(IMMEDIATE), PATIENCE_MS).unref();
};
process.stdin.on('end', stop).on('error', stop).resume();
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

if (making) await make(making);
process.exit(await run(server));
