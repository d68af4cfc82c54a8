import { z } from 'zod';
import { Recurrence, ServiceCategory, UsageKind, UsageUnit } from '../generated/prisma/enums.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import { PlainError } from '../ports/plain-error.ts';
import { CATALOGUE_TOPIC } from './source.ts';

const code = z.string().regex(/^[A-Z0-9_]{1,64}$/, 'a code has capital letters, digits and _');
const text = z.strictObject({
  ru: z.string().min(1),
  en: z.string().min(1).optional(),
  nl: z.string().min(1).optional(),
});
/** Minor units, as whole numbers. */
const money = z.int().min(0).transform(BigInt);

const service = z.strictObject({
  code,
  name: text,
  description: text,
  category: z.enum(ServiceCategory),
  connectionFee: money,
  recurringFee: money,
  recurrence: z.enum(Recurrence),
  consultantFee: money,
  supportOnly: z.boolean().default(false),
  passportRequired: z.boolean().default(false),
  ussdCode: z.string().nullable().default(null),
  bansCategory: z.enum(ServiceCategory).nullable().default(null),
  requires: z.array(code).default([]),
  excludes: z.array(code).default([]),
});

const tariff = z.strictObject({
  code,
  name: text,
  description: text,
  archived: z.boolean().default(false),
  monthlyFee: money,
  switchFee: money,
  allowances: z.array(
    z.strictObject({ kind: z.enum(UsageKind), amount: z.int().min(0).nullable(), unit: z.enum(UsageUnit) }),
  ),
  rates: z.array(
    z.strictObject({
      kind: z.enum(UsageKind),
      price: money,
      perUnits: z.int().min(1),
      unit: z.enum(UsageUnit),
    }),
  ),
  services: z
    .array(
      z.strictObject({
        serviceCode: code,
        carried: z.boolean().default(true),
        connectionFee: money.nullable().default(null),
        recurringFee: money.nullable().default(null),
      }),
    )
    .default([]),
});

/** The operator's catalogue as a file says it. */
export const catalogueFile = z
  .strictObject({ services: z.array(service), tariffs: z.array(tariff) })
  .superRefine(({ services, tariffs }, context) => {
    const known = new Set(services.map((each) => each.code));
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    if (known.size < services.length) fault('two services have one code');
    if (new Set(tariffs.map((each) => each.code)).size < tariffs.length) fault('two tariffs have one code');
    for (const each of services)
      for (const other of [...each.requires, ...each.excludes])
        if (!known.has(other) || other === each.code) fault(`${each.code} names ${other}, which it cannot`);
    for (const { code: name, services: terms, allowances, rates } of tariffs) {
      for (const { serviceCode } of terms)
        if (!known.has(serviceCode)) fault(`${name} names ${serviceCode}, which is not there`);
      for (const { kind, unit } of allowances)
        if (rates.some((rate) => rate.kind === kind && rate.unit !== unit))
          fault(`${name} counts the allowance of ${kind} in another unit than its rate`);
    }
  });

export type CatalogueFile = z.output<typeof catalogueFile>;

/**
 * Makes the catalogue what the file says, whole or not at all; every process takes it up at once. What is in use stays:
 * a service or tariff that lines or orders know cannot be left out; a tariff can be archived.
 * @throws PlainError where it is left out all the same
 */
export const loadCatalogue = (
  app: Pick<App, 'db' | 'wakeUps'>,
  { services, tariffs }: CatalogueFile,
): Promise<void> =>
  app.db.$transaction(
    async (tx) => {
      const [serviceCodes, tariffCodes] = [services, tariffs].map((all) => all.map((each) => each.code));
      await nobodyLacks(tx, serviceCodes!, tariffCodes!);
      await tx.serviceRequirement.deleteMany();
      await tx.serviceExclusion.deleteMany();
      await tx.tariffService.deleteMany();
      await tx.service.deleteMany({ where: { code: { notIn: serviceCodes! } } });
      await tx.tariff.deleteMany({ where: { code: { notIn: tariffCodes! } } });
      await writeServices(tx, services);
      await writeTariffs(tx, tariffs);
      await app.wakeUps.notify(tx, CATALOGUE_TOPIC);
    },
    { timeout: 60_000 },
  );

/** @throws PlainError naming what is left out although lines or orders know it */
async function nobodyLacks(tx: Tx, serviceCodes: string[], tariffCodes: string[]): Promise<void> {
  const some = { some: {} };
  const services = await tx.service.findMany({
    where: { code: { notIn: serviceCodes }, OR: [{ subscriberServices: some }, { orders: some }] },
  });
  const tariffs = await tx.tariff.findMany({
    where: {
      code: { notIn: tariffCodes },
      OR: [{ subscribers: some }, { quotes: some }, { leftBy: some }, { takenBy: some }],
    },
  });
  const lacked = [...services, ...tariffs].map(({ code: each }) => each);
  if (lacked.length) throw new PlainError(`Lines or orders know ${lacked.join(', ')}: not to be left out`);
}

async function writeServices(tx: Tx, services: CatalogueFile['services']): Promise<void> {
  for (const [position, { requires: _requires, excludes: _excludes, ...row }] of services.entries())
    await tx.service.upsert({
      where: { code: row.code },
      create: { ...row, position },
      update: { ...row, position },
    });
  await tx.serviceRequirement.createMany({
    data: services.flatMap(({ code: serviceCode, requires }) =>
      requires.map((requiredCode) => ({ serviceCode, requiredCode })),
    ),
  });
  const pairs = services.flatMap(({ code: one, excludes }) =>
    excludes.map((other) => [one, other].toSorted() as [string, string]),
  );
  await tx.serviceExclusion.createMany({
    data: pairs.map(([serviceCode, otherCode]) => ({ serviceCode, otherCode })),
    skipDuplicates: true,
  });
}

async function writeTariffs(tx: Tx, tariffs: CatalogueFile['tariffs']): Promise<void> {
  for (const [position, { allowances, rates, services, ...row }] of tariffs.entries()) {
    const { code: tariffCode } = row;
    await tx.tariff.upsert({
      where: { code: tariffCode },
      create: { ...row, position },
      update: { ...row, position },
    });
    await tx.tariffAllowance.deleteMany({ where: { tariffCode } });
    await tx.tariffRate.deleteMany({ where: { tariffCode } });
    const own = <Row>(rows: readonly Row[]) => rows.map((each) => ({ ...each, tariffCode }));
    await tx.tariffAllowance.createMany({ data: own(allowances) });
    await tx.tariffRate.createMany({ data: own(rates) });
    await tx.tariffService.createMany({ data: own(services) });
  }
}
