import type { App } from '../../src/ports/app.ts';
import { startSession } from '../../src/sign-in/sessions.ts';
import { issueTokens } from '../../src/sign-in/tokens.ts';

/** A session of that line, opened without the way in; returns its access token. */
export async function openSession(
  app: Pick<App, 'clock' | 'config' | 'db' | 'secrets'>,
  phoneNumber: string,
): Promise<string> {
  const { id } = await app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber } });
  const session = await app.db.$transaction((tx) => startSession(app, tx, id, undefined));
  return (await issueTokens(app, { ...session, generation: 0, device: 'test' })).accessToken;
}
