import { hash, verify } from '@node-rs/argon2';
import type { Secrets, SecretText } from '../secrets.ts';

const ARGON2ID = 2;
/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** argon2id with a pepper, as a PHC string. */
export const hashPassword = (secrets: Secrets, password: SecretText): Promise<string> =>
  hash(password.reveal(), { ...PARAMETERS, secret: secrets.keys('pepper')[0] });

export async function passwordMatches(
  secrets: Secrets,
  hashed: string,
  password: SecretText,
): Promise<boolean> {
  for (const secret of secrets.keys('pepper'))
    if (await verify(hashed, password.reveal(), { secret })) return true;
  return false;
}
