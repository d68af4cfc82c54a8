/**
 * The payload that answers an ALTCHA challenge.
 * @throws when it cannot be solved, or is no longer wanted
 */
export function solve(challenge: string, signal: AbortSignal): Promise<string> {
  const worker = new Worker(new URL('./solve.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<string>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<object | null>) =>
      data ? resolve(btoa(JSON.stringify(data))) : reject(new Error('The challenge has no solution')),
    );
    worker.addEventListener('error', (event) => reject(new Error(event.message)));
    signal.addEventListener('abort', () => reject(new Error('No longer wanted')));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no other origin
    worker.postMessage(challenge);
  }).finally(() => worker.terminate());
}
