import type { EventKind } from '../generated/prisma/enums.ts';
import type { App } from '../ports/app.ts';
import type { Reader, Tx } from '../ports/database.ts';
import type { OrderRef } from '../ports/provisioning.ts';

const DAY_MS = 86_400_000;

/** The subscriber as the giver of a key. */
export const SELF = 'self';
/** A partner as the giver of a key; its keys for different lines are apart. */
export const partnerActor = (id: string): string => `partner/${id}`;
/** What every member of staff begins with as the giver of a key. */
export const STAFF = 'staff/';
export const staffActor = (subject: string): string => `${STAFF}${subject}`;

/** Who asks for an order. */
export interface Asker {
  /** Who gave the key; keys of different callers are apart. */
  actor: string;
  /** Asked under the line's lock: whoever waited for it may have lost the right to ask. Throws then. */
  stillMay?: (tx: Tx) => Promise<void>;
}

/** A mutation under the key that its caller gave it. */
export interface Keyed extends Asker {
  subscriberId: string;
  mutation: string;
  key: string;
  /** What was asked; the same key with other input is a mistake of the caller's. */
  input: Readonly<Record<string, string>>;
}

type Parts = Pick<App, 'clock' | 'config' | 'secrets'>;

const rowKey = ({ subscriberId, actor, mutation, key }: Keyed) => ({
  subscriberId_actor_mutation_key: { subscriberId, actor, mutation, key },
});

const textOf = (input: Keyed['input']): string =>
  JSON.stringify(
    Object.keys(input)
      .toSorted()
      .map((name) => [name, input[name]]),
  );

/** Since when keys are remembered. */
const oldest = ({ clock, config }: Pick<App, 'clock' | 'config'>): Date =>
  new Date(clock.now().getTime() - config.IDEMPOTENCY_DAYS * DAY_MS);

/** The order accepted under this key before, `reused` if it was for something else. Called under the line's lock. */
export async function recall(
  app: Parts,
  tx: Reader,
  keyed: Keyed,
): Promise<{ orderId: string } | 'reused' | undefined> {
  const row = await tx.idempotencyKey.findUnique({ where: rowKey(keyed) });
  if (!row || row.createdAt < oldest(app)) return undefined;
  return app.secrets.matches('input-digest', textOf(keyed.input), row.inputDigest)
    ? { orderId: row.orderId }
    : 'reused';
}

/** Remembers an acceptance; a refusal leaves the key free. */
export async function remember(
  app: Parts,
  tx: Tx,
  keyed: Keyed,
  orderKind: EventKind,
  orderId: string,
): Promise<void> {
  const { subscriberId, actor, mutation, key } = keyed;
  const row = {
    orderKind,
    orderId,
    inputDigest: app.secrets.tag('input-digest', textOf(keyed.input)),
    createdAt: app.clock.now(),
  };
  await tx.idempotencyKey.upsert({
    where: rowKey(keyed),
    create: { subscriberId, actor, mutation, key, ...row },
    update: row,
  });
}

/** The last order that this caller had accepted under the key, by whatever mutation; on one line, or on any. */
export async function orderUnder(
  app: Pick<App, 'db' | 'clock' | 'config'>,
  by: { actor: string; key: string; subscriberId?: string },
): Promise<(OrderRef & { orderKind: EventKind }) | null> {
  return app.db.idempotencyKey.findFirst({
    where: { ...by, createdAt: { gte: oldest(app) } },
    orderBy: { createdAt: 'desc' },
    select: { subscriberId: true, orderKind: true, orderId: true },
  });
}
