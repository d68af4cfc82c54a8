import { z } from 'zod';
import type { JobDefinition } from '../ports/jobs.ts';

const payload = z.object({
  subscriberId: z.uuid(),
  orderId: z.uuid(),
  /** The how-manieth look after the order this is; such a run sees to the next one. Absent: a run for once. */
  look: z.int().positive().optional(),
});

/** Takes one service order a step further; harmless when there is nothing to do. */
export const fulfilServiceOrder: JobDefinition<z.infer<typeof payload>> = {
  name: 'fulfil-service-order',
  payload,
  // The next look is the real retry; this one is for a worker that died before it arranged that.
  retryLimit: 2,
  expireInSeconds: 30,
};
