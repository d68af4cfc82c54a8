import type { Catalogue, TariffWithTerms } from '../catalogue/catalogue.ts';
import type { UsageKind, UsageUnit } from '../generated/prisma/enums.ts';
import type { MinorUnits } from '../money.ts';

/** What a line used of one kind in one month, in every unit that a tariff may count in. */
export interface KindUsage {
  kind: UsageKind;
  seconds: bigint;
  minutes: bigint;
  messages: bigint;
  megabytes: bigint;
}

export interface MonthUsage {
  /** How many days it has, for fees by the day. */
  days: number;
  kinds: readonly KindUsage[];
}

export interface Advice {
  tariff: TariffWithTerms;
  monthsReplayed: number;
  currentMonthlyCost: MinorUnits;
  newMonthlyCost: MinorUnits;
  monthlySaving: MinorUnits;
  bestMonthSaving: MinorUnits;
  worstMonthSaving: MinorUnits;
  switchFee: MinorUnits;
  /** null: never. */
  paybackMonths: number | null;
}

const UNIT_COLUMNS = {
  SECOND: 'seconds',
  MINUTE: 'minutes',
  MESSAGE: 'messages',
  MEGABYTE: 'megabytes',
} as const satisfies Record<UsageUnit, keyof KindUsage>;

/**
 * What one kind of usage costs in a month: the units beyond the allowance at the tariff's rate, rounded up to the
 * currency's minor unit. Each record counts in whole started units, so that the month's totals are all there is to know.
 */
export function usageCost(tariff: TariffWithTerms, usage: KindUsage): MinorUnits {
  const rate = tariff.rates.find(({ kind }) => kind === usage.kind);
  const allowance = tariff.allowances.find(({ kind }) => kind === usage.kind);
  if (!rate || allowance?.amount === null) return 0n;
  const used = usage[UNIT_COLUMNS[rate.unit]];
  const beyond = used - BigInt(allowance?.amount ?? 0);
  if (beyond <= 0n) return 0n;
  const per = BigInt(rate.perUnits);
  return (beyond * rate.price + per - 1n) / per;
}

/** What a month would cost on a tariff: its fee, the usage, and what those of the services that it carries cost on it. */
export function monthCost(
  catalogue: Catalogue,
  tariff: TariffWithTerms,
  { days, kinds }: MonthUsage,
  serviceCodes: readonly string[],
): MinorUnits {
  const usage = kinds.map((kind) => usageCost(tariff, kind));
  const services = serviceCodes.map((code) => {
    const service = catalogue.service(code);
    if (!service || service.recurrence === 'NONE') return 0n;
    const { carried, recurringFee } = catalogue.terms(tariff.code, service);
    return carried ? recurringFee * (service.recurrence === 'DAILY' ? BigInt(days) : 1n) : 0n;
  });
  return [...usage, ...services].reduce((sum, cost) => sum + cost, tariff.monthlyFee);
}

/**
 * How one tariff would have done against the line's own, month by month. The month that speaks for all is the one with
 * the median saving; of two in the middle the one with the lesser.
 */
export function adviceOn(
  catalogue: Catalogue,
  current: TariffWithTerms,
  tariff: TariffWithTerms,
  months: readonly MonthUsage[],
  serviceCodes: readonly string[],
  switchFee: MinorUnits,
): Advice {
  const replayed = months
    .map((month) => {
      const before = monthCost(catalogue, current, month, serviceCodes);
      const after = monthCost(catalogue, tariff, month, serviceCodes);
      return { before, after, saving: before - after };
    })
    .toSorted((a, b) => Number(a.saving - b.saving));
  const median = replayed[Math.floor((replayed.length - 1) / 2)]!;
  const { saving } = median;
  return {
    tariff,
    monthsReplayed: months.length,
    currentMonthlyCost: median.before,
    newMonthlyCost: median.after,
    monthlySaving: saving,
    bestMonthSaving: replayed.at(-1)!.saving,
    worstMonthSaving: replayed[0]!.saving,
    switchFee,
    paybackMonths: saving > 0n ? Number((switchFee + saving - 1n) / saving) : null,
  };
}
