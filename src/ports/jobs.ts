import type { z } from 'zod';
import type { Tx } from './database.ts';

/** A kind of durable work: its name and what it is told. Payloads hold ids, never secrets or phone numbers. */
export interface JobDefinition<Payload> {
  name: string;
  payload: z.ZodType<Payload>;
  /** How often a failed run is tried again, with growing pauses. */
  retryLimit: number;
  /** A run that takes longer counts as dead and is tried again. */
  expireInSeconds: number;
  /** When it runs by itself, as crontab(5) says it, in UTC; its payload is then empty. */
  cron?: string;
}

export interface Jobs {
  /** Enqueues in the caller's transaction: the job exists if and only if that commits. It runs at least once. */
  enqueue<Payload>(
    tx: Tx,
    job: JobDefinition<Payload>,
    payload: Payload,
    options?: {
      afterSeconds?: number;
      /** Goes before what only looks after something. */
      urgent?: boolean;
    },
  ): Promise<void>;
}

/** A job with the work that carries it out; the work may be run again after a crash. */
export interface JobHandler {
  definition: Omit<JobDefinition<unknown>, 'payload'>;
  run(payload: unknown): Promise<void>;
}
