import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface Started {
  child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** Resolves with its address once it serves, rejects if it ends before. */
  ready: Promise<string>;
  ended: Promise<number | null>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/** The product as `npm start` runs it, in a folder, with settings. */
export function startProcess(dir: string, settings: Record<string, string> = {}): Started {
  const env = { PATH: process.env['PATH']!, PORT: '0', DATA_DIR: dir, LOG_LEVEL: 'warn', ...settings };
  return heard(spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** What a process that starts the product, itself or by another, says of it. */
export function heard(child: ChildProcessByStdio<null, Readable, Readable>): Started {
  let output = '';
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const ready = new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      const [, url] = /is ready: (\S+)\/(?:graphql|health\/ready)/.exec(output) ?? [];
      if (url) resolve(url);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void ended.then(() => reject(new Error(output)));
  });
  ready.catch(() => {});
  return {
    child,
    output: () => output,
    ready,
    ended,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
