import type { App } from '../ports/app.ts';
import { fileKey } from './link.ts';

const PAGE = 500;

/** Removes the files of statements whose time is over or whose link was ended. */
export async function clearFiles({ db, clock, files }: Pick<App, 'db' | 'clock' | 'files'>): Promise<void> {
  const now = clock.now();
  for (;;) {
    const over = await db.detailOrder.findMany({
      where: {
        finishedAt: { not: null },
        fileRemovedAt: null,
        OR: [{ expiresAt: { lte: now } }, { linkEndedAt: { not: null } }],
      },
      select: { subscriberId: true, id: true, format: true, fileLook: true },
      take: PAGE,
    });
    for (const order of over) {
      await files.remove(fileKey(order));
      const { subscriberId, id } = order;
      await db.detailOrder.update({
        where: { subscriberId_id: { subscriberId, id } },
        data: { fileRemovedAt: now },
      });
    }
    if (over.length < PAGE) return;
  }
}
