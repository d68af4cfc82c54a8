import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { Db } from '../ports/database.ts';
import type { WakeUps } from '../ports/wake-ups.ts';
import { Catalogue } from './catalogue.ts';

/** The wake-up topic that says the catalogue was loaded anew. */
export const CATALOGUE_TOPIC = 'catalogue';
const REFRESH_MS = 60_000;

export interface CatalogueSource {
  current(): Catalogue;
}

/** As it is at one moment: a load that commits meanwhile is in all of it or in nothing. */
export async function readCatalogue(db: Db): Promise<Catalogue> {
  const reads = [
    db.service.findMany({ orderBy: [{ position: 'asc' }, { code: 'asc' }] }),
    db.tariff.findMany({
      orderBy: [{ position: 'asc' }, { code: 'asc' }],
      include: { allowances: { orderBy: { kind: 'asc' } }, rates: { orderBy: { kind: 'asc' } } },
    }),
    db.serviceRequirement.findMany(),
    db.serviceExclusion.findMany(),
    db.tariffService.findMany(),
  ] as const;
  const [services, tariffs, requirements, exclusions, tariffServices] = await db.$transaction([...reads], {
    isolationLevel: 'RepeatableRead',
  });
  return new Catalogue({ services, tariffs, requirements, exclusions, tariffServices });
}

/**
 * The catalogue in memory: it is small, read by nearly every request and seldom changed. Read again at a wake-up,
 * and every minute in case one was lost; one reading after the other, so that an older one never replaces a newer.
 */
export async function openCatalogue(
  app: { db: Db; log: Logger },
  wakeUps: WakeUps,
  refreshMs = REFRESH_MS,
): Promise<CatalogueSource & { close(): Promise<void> }> {
  const oneAtATime = pLimit(1);
  let catalogue: Catalogue | undefined;
  const read = () => oneAtATime(async () => (catalogue = await readCatalogue(app.db)));
  const refresh = () => {
    // One that waits has yet to begin: what it will read is newer than what was heard of
    if (oneAtATime.pendingCount) return;
    read().catch((err: unknown) =>
      app.log.warn({ err }, 'the catalogue could not be read again; the last one stays'),
    );
  };
  const stopListening = wakeUps.listen(CATALOGUE_TOPIC, refresh);
  const timer = setInterval(refresh, refreshMs).unref();
  const close = () => {
    stopListening();
    clearInterval(timer);
    oneAtATime.clearQueue();
    // Nobody is to take the connection from under the one that has begun
    return oneAtATime(() => {});
  };
  try {
    await read();
  } catch (error) {
    await close();
    throw error;
  }
  return { current: () => catalogue!, close };
}
