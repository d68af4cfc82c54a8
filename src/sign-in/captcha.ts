import { randomUUID } from 'node:crypto';
import svgCaptcha from 'svg-captcha';
import type { App } from '../ports/app.ts';

/** Letters and digits that nobody mistakes for one another when drawn crookedly. */
const ALPHABET = '23467ACDEFHJKLMNPRTUVWXY';
const LENGTH = 5;
/** Dark on light, for eyes that need contrast; the package's own colours are pale. */
const INK = '#1f2937';
const SIZE = { width: 200, height: 70 };

/** The package's main export draws a text of one's own; its types leave that out. */
const draw = svgCaptcha as unknown as (text: string, options: object) => string;

export interface Captcha {
  /** A sealed token: only we can read the answer in it. */
  id: string;
  kind: 'IMAGE';
  /** An SVG of paths as a data: URI. */
  image: string;
  expiresAt: Date;
}

/** A new picture. Nothing is stored: the answer travels, sealed, in the id. */
export async function createCaptcha(
  app: Pick<App, 'clock' | 'config' | 'random' | 'secrets'>,
): Promise<Captcha> {
  const answer = Array.from({ length: LENGTH }, () => ALPHABET[app.random.below(ALPHABET.length)]).join('');
  const now = app.clock.now();
  const expiresAt = new Date(now.getTime() + app.config.CAPTCHA_SECONDS * 1_000);
  const id = await app.secrets.seal('captcha', { jti: randomUUID(), answer }, now, expiresAt);
  const svg = draw(answer, { ...SIZE, noise: 2, fontSize: 64, background: '#f4f4f4' }).replaceAll(
    /<path fill="[^"]+"/g,
    `<path fill="${INK}"`,
  );
  return {
    id,
    kind: 'IMAGE',
    image: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
    expiresAt,
  };
}

/** The answer inside a captcha that has not expired. */
export async function captchaAnswer(
  app: Pick<App, 'clock' | 'secrets'>,
  id: string,
): Promise<string | undefined> {
  const content = await app.secrets.unseal('captcha', id, app.clock.now());
  return content?.['answer'] as string | undefined;
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
  const content = await app.secrets.unseal('captcha', id, app.clock.now());
  if (!content?.jti || !content.exp) return false;
  const { count } = await app.db.usedCaptcha.createMany({
    data: [{ id: content.jti, expiresAt: new Date(content.exp * 1_000) }],
    skipDuplicates: true,
  });
  return count === 1 && answer.trim().toUpperCase() === content['answer'];
}
