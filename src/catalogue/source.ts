import type { Logger } from 'pino';
import type { Reader } from '../ports/database.ts';
import type { WakeUps } from '../ports/wake-ups.ts';
import { Catalogue } from './catalogue.ts';

/** The wake-up topic that says the catalogue was loaded anew. */
export const CATALOGUE_TOPIC = 'catalogue';
const REFRESH_MS = 60_000;

export interface CatalogueSource {
  current(): Catalogue;
}

export async function readCatalogue(db: Reader): Promise<Catalogue> {
  const [services, tariffs, requirements, exclusions, tariffServices] = await Promise.all([
    db.service.findMany({ orderBy: [{ position: 'asc' }, { code: 'asc' }] }),
    db.tariff.findMany({
      orderBy: [{ position: 'asc' }, { code: 'asc' }],
      include: { allowances: { orderBy: { kind: 'asc' } }, rates: { orderBy: { kind: 'asc' } } },
    }),
    db.serviceRequirement.findMany(),
    db.serviceExclusion.findMany(),
    db.tariffService.findMany(),
  ]);
  return new Catalogue({ services, tariffs, requirements, exclusions, tariffServices });
}

/**
 * The catalogue in memory: it is small, read by nearly every request and seldom changed. Read again at a wake-up,
 * and every minute in case one was lost.
 */
export async function openCatalogue(
  app: { db: Reader; log: Logger },
  wakeUps: WakeUps,
  refreshMs = REFRESH_MS,
): Promise<CatalogueSource & { close(): void }> {
  let catalogue = await readCatalogue(app.db);
  const refresh = () => {
    readCatalogue(app.db).then(
      (fresh) => (catalogue = fresh),
      (error: unknown) =>
        app.log.warn({ err: error }, 'the catalogue could not be read again; the last one stays'),
    );
  };
  const stopListening = wakeUps.listen(CATALOGUE_TOPIC, refresh);
  const timer = setInterval(refresh, refreshMs).unref();
  return {
    current: () => catalogue,
    close: () => {
      stopListening();
      clearInterval(timer);
    },
  };
}
