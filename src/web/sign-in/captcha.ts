import { useCallback, useEffect, useState } from 'react';
import { CreateCaptchaDocument, type CreateCaptchaMutation } from '../../generated/operations.ts';
import { ask } from '../graphql/ask.ts';
import { serverNow } from '../server-time.ts';
import { solve } from './solve.ts';

type Made = CreateCaptchaMutation['createCaptcha'];
type Task = { kind: 'IMAGE' | 'PROOF_OF_WORK' } & (
  | { state: 'loading' | 'failed' }
  | { state: 'ready'; captcha: Made; solution: string | undefined }
);

export interface CaptchaTask {
  task: Task;
  /** A fresh one: of this kind, or of the same as before. */
  renew: (kind?: Task['kind']) => void;
}

/** When somebody next touches the page: one that lies open and forgotten fetches nothing. */
function onceUsed(run: () => void, signal: AbortSignal): void {
  for (const use of ['pointerdown', 'keydown']) addEventListener(use, () => run(), { once: true, signal });
}

/** A picture, or work that the device does by itself; a fresh one whenever the last is used up or has grown old. */
export function useCaptcha(): CaptchaTask {
  const [wanted, setWanted] = useState<{ kind: Task['kind'] }>({ kind: 'IMAGE' });
  const [task, setTask] = useState<Task>({ kind: 'IMAGE', state: 'loading' });
  const renew = useCallback((kind?: Task['kind']) => {
    setWanted((before) => ({ kind: kind ?? before.kind }));
    setTask((before) => ({ kind: kind ?? before.kind, state: 'loading' }));
  }, []);
  useEffect(() => {
    const { kind } = wanted;
    const unwanted = new AbortController();
    let expiry: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      const { createCaptcha: captcha } = await ask(CreateCaptchaDocument, { kind });
      const solution = captcha.challenge ? await solve(captcha.challenge, unwanted.signal) : undefined;
      if (unwanted.signal.aborted) return;
      setTask({ kind, state: 'ready', captcha, solution });
      // A little before, and whatever the two clocks think of one another
      const life = Math.min(Math.max(Date.parse(captcha.expiresAt) - serverNow() - 5_000, 30_000), 115_000);
      expiry = setTimeout(() => onceUsed(renew, unwanted.signal), life);
    };
    load().catch(() => {
      if (!unwanted.signal.aborted) setTask({ kind, state: 'failed' });
    });
    return () => {
      unwanted.abort();
      clearTimeout(expiry);
    };
  }, [wanted, renew]);
  return { task, renew };
}
