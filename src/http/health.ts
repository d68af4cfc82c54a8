import type { ServerResponse } from 'node:http';
import type { App } from '../ports/app.ts';
import { sendJson } from './answer.ts';
import { within } from './within.ts';

/** A database that takes longer to say that it is there is none to send people to. */
const READY_WITHIN_S = 2;

type Parts = Pick<App, 'db' | 'wakeUps'>;

/** Whether this process lives; a database that is away is no reason to end it. */
export const serveLiveness = (response: ServerResponse): void => sendJson(response, 200, { status: 'ok' });

/** Whether people may be sent here: the database answers, what happens is heard of, and the process is to stay. */
export async function serveReadiness(
  app: Parts,
  isLeaving: () => boolean,
  response: ServerResponse,
): Promise<void> {
  const hindrance = isLeaving() ? 'it is about to stop' : await hindranceOf(app);
  sendJson(response, hindrance ? 503 : 200, { status: hindrance ?? 'ready' });
}

async function hindranceOf({ db, wakeUps }: Parts): Promise<string | undefined> {
  const asked = db.$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  );
  if (!(await within(READY_WITHIN_S, asked, () => false))) return 'the database does not answer';
  return wakeUps.isListening() ? undefined : 'the listening connection is lost';
}
