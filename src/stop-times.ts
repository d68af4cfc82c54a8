/** What is under way at a stop gets so long to finish: an answer, a socket's operation, a job, a step of an order. */
export const FINISH_WITHIN_MS = 10_000;

/** After notice and streams, all that is left of a stop takes no longer, whatever holds it up (docs/production.md). */
export const END_WITHIN_MS = 2 * FINISH_WITHIN_MS;
