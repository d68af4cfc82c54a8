import { randomUUID } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { type Secrets, SecretText } from '../secrets.ts';

const ARGON2ID = 2;
/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** What is hashed: one spelling for each text, since keyboards differ in how they compose é or ё (NIST SP 800-63B, 5.1.1.2). */
const typed = (password: SecretText): string => password.reveal().normalize('NFC');

/** argon2id with a pepper, as a PHC string. */
export const hashPassword = (secrets: Secrets, password: SecretText): Promise<string> =>
  hash(typed(password), { ...PARAMETERS, secret: secrets.keys('pepper')[0] });

export async function passwordMatches(
  secrets: Secrets,
  hashed: string,
  password: SecretText,
): Promise<boolean> {
  for (const secret of secrets.keys('pepper'))
    if (await verify(hashed, typed(password), { secret })) return true;
  return false;
}

const decoys = new WeakMap<Secrets, Promise<string>>();

/** The work of a comparison that fails, where there is nothing to compare with. */
export async function compareWithNothing(secrets: Secrets, password: SecretText): Promise<void> {
  let decoy = decoys.get(secrets);
  if (!decoy) {
    decoy = hashPassword(secrets, new SecretText(randomUUID()));
    decoys.set(secrets, decoy);
  }
  await passwordMatches(secrets, await decoy, password);
}
