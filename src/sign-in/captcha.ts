import { randomUUID } from 'node:crypto';
import svgCaptcha from 'svg-captcha';
import type { JWTPayload } from 'jose';
import type { App } from '../ports/app.ts';
import { challengeOf, isSolved, newWork, solutionOf, type Work } from './proof-of-work.ts';

/** Letters and digits that nobody mistakes for one another when drawn crookedly. */
const ALPHABET = '23467ACDEFHJKLMNPRTUVWXY';
const LENGTH = 5;
/** Dark on light, for eyes that need contrast; the package's own colours are pale. */
const INK = '#1f2937';
const SIZE = { width: 200, height: 70 };

/** The package's main export draws a text of one's own; its types leave that out. */
const draw = svgCaptcha as unknown as (text: string, options: object) => string;

export type CaptchaKind = 'IMAGE' | 'PROOF_OF_WORK';

export interface Captcha {
  /** A sealed token: only we can read the answer in it. */
  id: string;
  kind: CaptchaKind;
  /** An SVG of paths as a data: URI; of an image. */
  image: string | null;
  /** ALTCHA's challenge as JSON; of a proof of work. */
  challenge: string | null;
  expiresAt: Date;
}

type Parts = Pick<App, 'clock' | 'config' | 'random' | 'secrets'>;

/** A new captcha. Nothing is stored: what the answer has to be travels, sealed, in the id. */
export async function createCaptcha(app: Parts, kind: CaptchaKind): Promise<Captcha> {
  const now = app.clock.now();
  const expiresAt = new Date(now.getTime() + app.config.CAPTCHA_SECONDS * 1_000);
  const task = kind === 'IMAGE' ? picture(app) : await proofOfWork(app);
  const id = await app.secrets.seal('captcha', { jti: randomUUID(), ...task.sealed }, now, expiresAt);
  return { id, kind, image: null, challenge: null, ...task.shown, expiresAt };
}

function picture(app: Parts) {
  const answer = Array.from({ length: LENGTH }, () => ALPHABET[app.random.below(ALPHABET.length)]).join('');
  const svg = draw(answer, { ...SIZE, noise: 2, fontSize: 64, background: '#f4f4f4' }).replaceAll(
    /<path fill="[^"]+"/g,
    `<path fill="${INK}"`,
  );
  const image = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  return { sealed: { answer }, shown: { image } };
}

async function proofOfWork(app: Parts) {
  const work = newWork(app);
  return { sealed: { work }, shown: { challenge: JSON.stringify(await challengeOf(app, work)) } };
}

interface Sealed extends JWTPayload {
  answer?: string;
  work?: Work;
}

/** What a captcha that has not expired wants to hear, for the developer tools: the letters, or the work done. */
export async function captchaAnswer(
  app: Pick<App, 'clock' | 'config' | 'secrets'>,
  id: string,
): Promise<string | undefined> {
  const content: Sealed | undefined = await app.secrets.unseal('captcha', id, app.clock.now());
  return content?.work ? solutionOf(app, content.work) : content?.answer;
}

/**
 * Uses a captcha up and says whether the answer was right. The use is committed before the answer is looked at, by
 * the one statement that only one of many can win: a wrong answer costs the captcha, too.
 */
export async function useCaptcha(
  app: Pick<App, 'db' | 'clock' | 'secrets'>,
  id: string,
  answer: string,
): Promise<boolean> {
  const content: Sealed | undefined = await app.secrets.unseal('captcha', id, app.clock.now());
  if (!content?.jti || !content.exp) return false;
  const { count } = await app.db.usedCaptcha.createMany({
    data: [{ id: content.jti, expiresAt: new Date(content.exp * 1_000) }],
    skipDuplicates: true,
  });
  if (count !== 1) return false;
  return content.work
    ? isSolved(app.secrets, content.work, answer)
    : answer.trim().toUpperCase() === content.answer;
}
