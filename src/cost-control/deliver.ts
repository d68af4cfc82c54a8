import { fromColumn } from '../calendar.ts';
import type { DetailOrder, Subscriber } from '../generated/prisma/client.ts';
import { messagesIn } from '../messages/messages.ts';
import type { App } from '../ports/app.ts';
import { statementFile } from '../statements/write-statement.ts';
import { fileKey, linkTo } from './link.ts';

const MIB = 1_048_576;
const HOUR_MS = 3_600_000;
/** A mail server that says "later" is asked again for so long. */
const TRY_FOR_HOURS = 24;
/** The first pause between two tries; each is as long as all before it, up to an hour, for a mail may come each time. */
const FIRST_PAUSE_MS = 500;

type Parts = Pick<App, 'clock' | 'config' | 'files' | 'log' | 'mail' | 'secrets'>;

/**
 * Mails a statement: the file itself, or a link where it is large. done: the server has it · failed: it will not take
 * it · a number: it may, so try again in so many milliseconds. The mail is named by its order, so that one that comes
 * twice can be told.
 */
export async function deliver(
  app: Parts,
  order: DetailOrder & { subscriber: Subscriber },
): Promise<'done' | 'failed' | number> {
  const period = { from: fromColumn(order.from), to: fromColumn(order.to) };
  const { phoneNumber } = order.subscriber;
  const isLarge = order.byteSize! > app.config.DETAIL_MAIL_MIB * MIB;
  const link = isLarge
    ? linkTo(app.config, app.secrets, { subscriberId: order.subscriberId, orderId: order.id })
    : null;
  const { filename, mediaType } = statementFile(order.format, { phoneNumber, ...period });
  const content = async () => {
    const file = await app.files.read(fileKey(order));
    if (!file) throw new Error('the statement is not in the file store');
    return file.content;
  };
  const result = await app.mail.send({
    id: order.id,
    to: order.email!,
    ...messagesIn(order.language).statementMail({ phoneNumber, ...period, link }),
    attachments: isLarge ? [] : [{ filename, contentType: mediaType, content }],
  });
  if (result.outcome === 'ACCEPTED') return 'done';
  const waited = app.clock.now().getTime() - order.createdAt.getTime();
  const isFinal = result.outcome === 'REFUSED' && result.permanent;
  app.log.warn({ order: order.id, outcome: result.outcome }, 'a statement could not be mailed');
  if (isFinal || waited > TRY_FOR_HOURS * HOUR_MS) return 'failed';
  return Math.min(Math.max(waited, FIRST_PAUSE_MS), HOUR_MS);
}
