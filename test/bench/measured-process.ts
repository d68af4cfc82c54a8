import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Usage } from './report-usage.ts';

const REPORT = new URL('report-usage.ts', import.meta.url).href;

/** As `npm start` and the image have them. */
const FLAGS = ['--max-semi-space-size=32', '--heap-growing-percent=100'];

export interface Measured {
  url: string;
  /** What it has used since it began, and what it holds now. */
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** A server as a process of its own, ready once it prints its address; its log goes where a log of a service goes: to a pipe. */
export async function startMeasured(
  script: string,
  env: Record<string, string>,
  args: string[] = [],
): Promise<Measured> {
  const child = spawn(
    process.execPath,
    [...FLAGS, '--import', REPORT, fileURLToPath(import.meta.resolve(script)), ...args],
    {
      env: { PATH: process.env['PATH']!, ...env },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      if (output.length > 10_000) return;
      output += chunk.toString();
      const [, found] = /is ready: (http:\/\/[^/\s]+)/.exec(output) ?? [];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}: ${output}`)));
  });
  return {
    url,
    usage: async () => {
      const answer = once(child, 'message');
      child.send('usage');
      return (await answer)[0] as Usage;
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
