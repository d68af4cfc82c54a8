import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Random } from '../../ports/random.ts';
import type { Tmf641Connection } from './tmf641-connection.ts';

export interface HubPauses {
  /** The first pause before trying again, doubled each time up to the last. */
  first: number;
  last: number;
}

interface Options {
  connection: Tmf641Connection;
  /** Where the network is to call; it carries a token, and goes into no log. */
  callback: string;
  pauses: HubPauses;
  random: Random;
  log: Logger;
  /** Ends the trying. */
  signal: AbortSignal;
}

/**
 * Has the network call us at each change of an order, once: a callback that is there already is left as it is. Tries
 * until it is done or stopped. Never rejects: without callbacks, orders are asked after all the same.
 */
export async function registerCallback(options: Options): Promise<void> {
  const { pauses, random, log, signal } = options;
  for (let pause = pauses.first; !signal.aborted; pause = Math.min(pause * 2, pauses.last)) {
    const failure = await tryToRegister(options);
    if (!failure) return log.info('the network calls back');
    if (!signal.aborted) log.warn({ reason: failure }, 'the network does not call back yet');
    await delay(random.below(pause) + 1, undefined, { signal }).catch(() => {});
  }
}

/** The reason if it did not work. */
async function tryToRegister({ connection, callback }: Options): Promise<string | undefined> {
  const deadline = connection.deadline();
  // Not in the definition, but some can say who is registered: nobody is then registered twice
  const listed = await connection.call({ method: 'GET', path: '/hub' }, deadline);
  if (listed.kind !== 'answer') return listed.reason;
  if (listed.status === 200 && callbacksIn(listed.text).includes(callback)) return undefined;
  const answer = await connection.call({ method: 'POST', path: '/hub', body: { callback } }, deadline);
  if (answer.kind !== 'answer') return answer.reason;
  const isRegistered = (answer.status >= 200 && answer.status < 300) || answer.status === 409;
  return isRegistered ? undefined : `status ${answer.status}`;
}

const hubs = z
  .string()
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(z.array(z.object({ callback: z.string() })));

function callbacksIn(text: string): string[] {
  try {
    return hubs.parse(text).map(({ callback }) => callback);
  } catch {
    return [];
  }
}
