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
  retryLimit: 5,
  expireInSeconds: 30,
};
