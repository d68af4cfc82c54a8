import { randomBytes } from 'node:crypto';
import { createChallenge, verifySolution } from 'altcha-lib/v1';
import type { Challenge } from 'altcha-lib/v1/types';
import type { App } from '../ports/app.ts';
import type { Secrets } from '../secrets.ts';

const SALT_BYTES = 12;

/** What a program has to find, by trying out up to CAPTCHA_WORK numbers; known to us beforehand. */
export interface Work {
  salt: string;
  number: number;
}

export const newWork = ({ config, random }: Pick<App, 'config' | 'random'>): Work => ({
  salt: randomBytes(SALT_BYTES).toString('hex'),
  number: random.below(config.CAPTCHA_WORK + 1),
});

const keysOf = (secrets: Secrets): string[] =>
  secrets.keys('proof-of-work').map((key) => key.toString('base64url'));

/** The task in ALTCHA's form, which its widget takes as it is. */
export const challengeOf = (
  app: Pick<App, 'config' | 'secrets'>,
  { salt, number }: Work,
): Promise<Challenge> =>
  createChallenge({ salt, number, maxnumber: app.config.CAPTCHA_WORK, hmacKey: keysOf(app.secrets)[0]! });

/** The payload that ALTCHA's widget makes of a solved task: JSON in base64. */
export async function solutionOf(app: Pick<App, 'config' | 'secrets'>, work: Work): Promise<string> {
  const { maxnumber: _maxnumber, ...challenge } = await challengeOf(app, work);
  return Buffer.from(JSON.stringify({ ...challenge, number: work.number })).toString('base64');
}

/** Whether a payload solves this very task. How long the task is good for is said by the captcha that it belongs to. */
export async function isSolved(secrets: Secrets, { salt, number }: Work, payload: string): Promise<boolean> {
  try {
    const given = JSON.parse(Buffer.from(payload, 'base64').toString()) as Partial<Work>;
    const isThis = given.number === number && given.salt?.startsWith(salt) === true;
    if (!isThis) return false;
    for (const key of keysOf(secrets)) if (await verifySolution(payload, key, false)) return true;
    return false;
  } catch {
    return false;
  }
}
