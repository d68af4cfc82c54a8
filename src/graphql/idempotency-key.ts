import { codedError } from './errors.ts';

const MAX_KEY_LENGTH = 128;
export const KEY_DESCRIPTION =
  'Yours to make, 1 to 128 characters, new for each wish: repeating it within 7 days gives the same order.';

/** The key in a mutation's input, if it can be one. */
export function idempotencyKey({ idempotencyKey: key }: { idempotencyKey: string }): string {
  if (!key || key.length > MAX_KEY_LENGTH)
    throw codedError('BAD_USER_INPUT', `An idempotency key has 1 to ${MAX_KEY_LENGTH} characters.`);
  return key;
}
