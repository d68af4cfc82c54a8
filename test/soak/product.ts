import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { MAIN } from '../support/process.ts';
import type { Health } from './health.ts';

const HEALTH = new URL('health.ts', import.meta.url).href;
/** pino's number for `error`. */
const ERROR = 50;

export interface Product {
  url: string;
  health(): Promise<Health>;
  /** What it logged as an error, by message. */
  errors: Map<string, number>;
  /** Resolves when it has ended, whoever ended it. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** The product as a process of its own, requests and jobs both, whose log is read for errors. */
export async function startProduct(env: Record<string, string>): Promise<Product> {
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=32', '--heap-growing-percent=100', '--expose-gc', '--import', HEALTH, MAIN],
    {
      env: { PATH: process.env['PATH']!, ...env },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      // A Ctrl-C is for the soak, which stops it in its turn
      detached: true,
    },
  );
  const errors = new Map<string, number>();
  const ended = once(child, 'exit').then(() => {});
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const [, found] = /is ready: (http:\/\/[^/\s]+)/.exec(line) ?? [];
      if (found) resolve(found);
      const error = errorIn(line);
      if (error) errors.set(error, (errors.get(error) ?? 0) + 1);
    });
    void ended.then(() => reject(new Error('The product ended before it was ready')));
  });
  return {
    url,
    errors,
    ended,
    health: async () => {
      const answer = once(child, 'message');
      child.send('health');
      return (await answer)[0] as Health;
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A line of the log that tells of an error, by its message and the error's own. */
export function errorIn(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  const { level, msg, err } = JSON.parse(line) as { level: number; msg?: string; err?: { message: string } };
  return level < ERROR ? undefined : [msg, err?.message].filter(Boolean).join(': ').slice(0, 300);
}
