import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PlainError } from '../../ports/plain-error.ts';

const FAST_MS = 10_000;
const STEP_MS = 20;

/**
 * Ends a PostgreSQL that an earlier, killed process left on this data directory, and clears a stale pid file.
 * The caller holds the folder's lock, so that whoever started that server is gone.
 */
export async function endLeftover(dataDirectory: string): Promise<void> {
  const pidFile = join(dataDirectory, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n', 1)[0]);
  if (!pid) return;
  const command = commandOf(pid);
  if (command?.includes(dataDirectory)) return stop(pid, dataDirectory);
  // Another program may have been given the number since; another PostgreSQL's file is never touched.
  if (command === undefined || !command.includes('postgres')) await rm(pidFile, { force: true });
}

async function stop(pid: number, dataDirectory: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    for (let waited = 0; waited < FAST_MS && isAlive(pid); waited += STEP_MS) await delay(STEP_MS);
  }
  if (isAlive(pid))
    throw new PlainError(
      `PostgreSQL ${pid} still runs on ${dataDirectory} and does not stop: end it by hand`,
    );
}

const isAlive = (pid: number): boolean => commandOf(pid) !== undefined;

/** The command line of a living process; undefined where there is none, or only its remains (a zombie has none). */
function commandOf(pid: number): string | undefined {
  try {
    const line =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return line.trim() || undefined;
  } catch {
    return undefined;
  }
}
