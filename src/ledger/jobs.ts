import { z } from 'zod';
import type { JobDefinition } from '../ports/jobs.ts';

/** Every hour, since lines have midnight at different hours. */
export const takeRecurringFees: JobDefinition<object> = {
  name: 'take-recurring-fees',
  payload: z.object({}),
  retryLimit: 2,
  expireInSeconds: 3_600,
  cron: '5 * * * *',
};
