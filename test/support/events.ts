import type { App } from '../../src/ports/app.ts';
import type { EventKind } from '../../src/generated/prisma/enums.ts';
import { eventsTopic } from '../../src/events/append.ts';

type Parts = Pick<App, 'db' | 'wakeUps'>;

/** An order of that line that nobody carries out: something for a test's own events to be about. */
export async function addOrder(
  { db }: Pick<Parts, 'db'>,
  subscriberId: string,
  serviceCode = 'VOICEMAIL',
): Promise<string> {
  const { id } = await db.serviceOrder.create({
    data: {
      subscriberId,
      kind: 'ACTIVATE',
      state: 'IN_PROGRESS',
      serviceCode,
      channel: 'SELF_CARE',
      fee: 0n,
      language: 'ru',
      createdAt: new Date(),
    },
  });
  return id;
}

/** So many events of an order at once, in one transaction, numbered as the line's own are. */
export async function addEvents(
  { db, wakeUps }: Parts,
  {
    subscriberId,
    orderId,
    count,
    kind = 'SERVICE_ORDER',
  }: { subscriberId: string; orderId: string; count: number; kind?: EventKind },
): Promise<void> {
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`
      WITH line AS (
        UPDATE subscribers SET last_event_seq = last_event_seq + ${count}
        WHERE id = ${subscriberId}::uuid RETURNING last_event_seq
      )
      INSERT INTO events (subscriber_id, seq, kind, order_id, state, occurred_at)
      SELECT ${subscriberId}::uuid, last_event_seq - ${count} + i, ${kind}::"EventKind", ${orderId}::uuid, 'IN_PROGRESS', now()
      FROM line, generate_series(1, ${count}) i`;
    await wakeUps.notify(tx, eventsTopic(subscriberId));
  });
}
