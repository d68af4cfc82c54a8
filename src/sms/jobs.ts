import { z } from 'zod';
import { Language } from '../generated/prisma/enums.ts';
import { NOTICES } from '../messages/messages.ts';
import type { JobDefinition } from '../ports/jobs.ts';

const payload = z.object({
  /** Of the message: it is sent once. */
  id: z.uuid(),
  subscriberId: z.uuid(),
  notice: z.enum(NOTICES),
  language: z.enum(Language),
});

/** Tells a line's owner by SMS what was done on the line; a stranger who did it cannot keep that quiet. */
export const sendNotice: JobDefinition<z.infer<typeof payload>> = {
  name: 'send-notice',
  payload,
  retryLimit: 10,
  expireInSeconds: 60,
};
