import type { App } from '../ports/app.ts';
import type { SmsMessage, SmsOutcome } from '../ports/sms.ts';

type Parts = Pick<App, 'db' | 'clock' | 'log' | 'sms'>;

/** The SMSC did not take the message, and nothing will arrive: it may be handed over again. */
export class SmsRefused extends Error {}

/**
 * Hands a message over to the SMSC, once for its id, whatever dies in between: that it is on its way is written down
 * before. `compose` makes the text for each attempt. True: the SMSC has taken it. False: it may have.
 * @throws SmsRefused when it surely has not; call again with the same id
 */
export async function sendOnce(app: Parts, id: string, compose: () => Promise<SmsMessage>): Promise<boolean> {
  if (!(await claim(app, id))) return isAccepted(app, id);
  const result = await composeAndSend(app, compose);
  if (result.outcome === 'UNKNOWN') {
    app.log.warn({ sms: id }, 'the SMSC did not say whether it took the message; it is not sent again');
    return false;
  }
  const accepted = result.outcome === 'ACCEPTED';
  await app.db.sentSms.update({
    where: { id },
    data: accepted ? { state: 'ACCEPTED', smscIds: result.ids } : { state: 'REFUSED' },
  });
  if (!accepted) throw new SmsRefused(result.reason);
  return true;
}

/** A message that could not even be composed was not taken by anybody. */
async function composeAndSend(app: Parts, compose: () => Promise<SmsMessage>): Promise<SmsOutcome> {
  let message: SmsMessage;
  try {
    message = await compose();
  } catch (err) {
    app.log.error({ err }, 'an SMS could not be composed');
    return { outcome: 'REFUSED', reason: 'not composed' };
  }
  return app.sms.send(message);
}

/** One statement decides who hands the message over. */
async function claim(app: Parts, id: string): Promise<boolean> {
  const claimed = await app.db.$executeRaw`
    INSERT INTO sent_sms (id, state, created_at) VALUES (${id}::uuid, 'HANDED', ${app.clock.now()})
    ON CONFLICT (id) DO UPDATE SET state = 'HANDED' WHERE sent_sms.state = 'REFUSED'`;
  return claimed === 1;
}

const isAccepted = async ({ db }: Parts, id: string): Promise<boolean> =>
  (await db.sentSms.findUniqueOrThrow({ where: { id } })).state === 'ACCEPTED';
