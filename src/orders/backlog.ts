import type { EventKind, OrderState } from '../generated/prisma/enums.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { App } from '../ports/app.ts';
import type { Waiting } from '../seeing/backlog.ts';
import { OPEN, TABLE_NAMES } from './order.ts';

/** How many orders of each kind are open, and for how long the oldest is; those of which there are none are told, too. */
export async function openOrders({ db, clock }: Pick<App, 'db' | 'clock'>): Promise<Waiting[]> {
  const kinds = Object.keys(TABLE_NAMES) as EventKind[];
  const counts = kinds.map(
    (kind) => Prisma.sql`
      SELECT ${kind} AS kind, state::text, count(*)::int AS count, min(created_at) AS oldest
      FROM ${Prisma.raw(TABLE_NAMES[kind])} WHERE finished_at IS NULL GROUP BY state`,
  );
  const rows = await db.$queryRaw<{ kind: EventKind; state: OrderState; count: number; oldest: Date }[]>(
    Prisma.join(counts, ' UNION ALL '),
  );
  const now = clock.now().getTime();
  return kinds.flatMap((kind) =>
    OPEN.map((state) => {
      const row = rows.find((each) => each.kind === kind && each.state === state);
      const oldestSeconds = row ? Math.max(0, (now - row.oldest.getTime()) / 1_000) : 0;
      return { kind, state, count: row?.count ?? 0, oldestSeconds };
    }),
  );
}
