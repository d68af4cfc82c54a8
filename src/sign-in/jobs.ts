import { z } from 'zod';
import type { JobDefinition } from '../ports/jobs.ts';

const payload = z.object({ requestId: z.uuid() });

/** Makes an SMS password and sends it. The password exists in the job's memory alone, never in its payload. */
export const sendSmsPassword: JobDefinition<z.infer<typeof payload>> = {
  name: 'send-sms-password',
  payload,
  retryLimit: 3,
  // Longer than an SMSC may keep us waiting, for a link and for its answer
  expireInSeconds: 60,
};
