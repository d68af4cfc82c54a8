import { dayOf } from '../src/calendar.ts';
import type { App } from '../src/ports/app.ts';
import type { Prisma } from '../src/generated/prisma/client.ts';
import { demoPartner } from '../src/partners/demo-partner.ts';
import { namesWithin, readPartnerDocuments } from '../src/partners/documents.ts';
import type { PhoneNumber } from '../src/phone-number.ts';
import type { Tx } from '../src/ports/database.ts';
import { CATALOGUE_TOPIC, readCatalogue } from '../src/catalogue/source.ts';
import { addLines } from '../src/subscriber/add-lines.ts';
import { loadHistory } from './demo/history.ts';
import { LINES } from './demo/lines.ts';
import { SERVICES } from './demo/services.ts';
import { TARIFFS } from './demo/tariffs.ts';

const PASSPORT_SERIES = '4510';
const DAY_MS = 86_400_000;

/** Loads the demo operator into a database that has no catalogue yet. False: there is one. */
export async function loadDemo(
  app: Pick<App, 'db' | 'clock' | 'config' | 'secrets' | 'wakeUps'>,
): Promise<boolean> {
  if (await app.db.service.findFirst({ select: { code: true } })) return false;
  await app.db.$transaction(
    async (tx) => {
      await loadCatalogue(tx);
      await loadLines(tx, app);
      await app.wakeUps.notify(tx, CATALOGUE_TOPIC);
    },
    { timeout: 30_000 },
  );
  return true;
}

/** A partner to try things with, whose keys `/dev/partner` shows; again is harmless. */
export async function loadDemoPartner(app: Pick<App, 'db' | 'clock' | 'secrets'>): Promise<void> {
  const documents = await readPartnerDocuments();
  const { privateKey: _privateKey, ...partner } = await demoPartner(app);
  const operations = namesWithin(documents, partner.scopes);
  const data = { ...partner, operations, jwks: partner.jwks as Prisma.InputJsonObject };
  const { id } = partner;
  await app.db.partner.upsert({
    where: { id },
    create: { ...data, createdAt: app.clock.now() },
    update: data,
  });
}

/** Above so many records a day a line's history takes seconds to load. */
const HEAVY = 100;

/** Loads what the demo lines used and paid in the last months; again is harmless. `heavy`: those of heavy use, too. */
export async function loadDemoHistory(app: Pick<App, 'db' | 'clock'>, { heavy = true } = {}): Promise<void> {
  const catalogue = await readCatalogue(app.db);
  for (const { phoneNumber, usage } of LINES)
    if (usage && (heavy || usage.habits.sessions < HEAVY))
      await loadHistory(app, catalogue, phoneNumber, usage);
}

async function loadCatalogue(tx: Tx): Promise<void> {
  const rows = SERVICES.map(({ requires: _requires, excludes: _excludes, ...service }, position) => ({
    ...service,
    position,
  }));
  await tx.service.createMany({ data: rows });
  await tx.serviceRequirement.createMany({
    data: SERVICES.flatMap(({ code, requires = [] }) =>
      requires.map((requiredCode) => ({ serviceCode: code, requiredCode })),
    ),
  });
  await tx.serviceExclusion.createMany({
    data: SERVICES.flatMap(({ code, excludes = [] }) =>
      excludes
        .map((other) => [code, other].toSorted() as [string, string])
        .map(([serviceCode, otherCode]) => ({ serviceCode, otherCode })),
    ),
  });
  await tx.tariff.createMany({
    data: TARIFFS.map(
      ({ allowances: _allowances, rates: _rates, services: _services, ...tariff }, position) => ({
        ...tariff,
        position,
      }),
    ),
  });
  await tx.tariffAllowance.createMany({ data: ofTariffs('allowances') });
  await tx.tariffRate.createMany({ data: ofTariffs('rates') });
  await tx.tariffService.createMany({ data: ofTariffs('services') });
}

const ofTariffs = <Part extends 'allowances' | 'rates' | 'services'>(part: Part) =>
  TARIFFS.flatMap((tariff) =>
    (tariff[part] as (typeof tariff)[Part][number][]).map((each) => ({ ...each, tariffCode: tariff.code })),
  );

async function loadLines(tx: Tx, app: Pick<App, 'clock' | 'config' | 'secrets'>): Promise<void> {
  const now = app.clock.now();
  const { TIME_ZONE: timeZone } = app.config;
  const lines = LINES.map(({ phoneNumber, fullName, status, tariffCode, balance, daysActive, services }) => {
    const activatedAt = new Date(now.getTime() - daysActive * DAY_MS);
    return {
      phoneNumber: phoneNumber as PhoneNumber,
      fullName,
      status: status ?? 'ACTIVE',
      unpaid: false,
      timeZone,
      tariffCode,
      services: services.map((code) => ({ code, activeSince: activatedAt })),
      balance,
      activatedAt,
      feesThrough: dayOf(now, timeZone),
      passport: passportOf(phoneNumber),
    };
  });
  await addLines(app, tx, lines);
}

const passportOf = (phoneNumber: string) => ({
  series: PASSPORT_SERIES,
  number: `0000${phoneNumber.slice(-2)}`,
});
