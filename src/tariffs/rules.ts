import type { Catalogue, TariffWithTerms } from '../catalogue/catalogue.ts';
import { inProgress, type Line } from '../services/rules.ts';
import type { TariffFailure } from './errors.ts';

/** Why this change has no price, or what it is to which tariff and which services end with it. */
export type Judgement = Extract<
  TariffFailure,
  {
    __typename:
      | 'TariffNotFound'
      | 'TariffArchived'
      | 'SameTariff'
      | 'SupportOnly'
      | 'LineSuspended'
      | 'OrderInProgress';
  }
>;

/**
 * The services of a line that a tariff would end: those that it does not carry, and those that then lack what they
 * require.
 */
export function endedBy(catalogue: Catalogue, active: readonly string[], tariffCode: string): string[] {
  let staying = active.filter((code) => {
    const service = catalogue.service(code);
    return service && catalogue.terms(tariffCode, service).carried;
  });
  for (let before = Infinity; staying.length < before;) {
    before = staying.length;
    const there = new Set(staying);
    staying = staying.filter((code) => {
      const required = catalogue.requiredBy(code);
      return !required.length || required.some((other) => there.has(other.code));
    });
  }
  return active.filter((code) => !staying.includes(code)).toSorted();
}

/** Whether a line may change to a tariff as it stands; what it costs is another matter. */
export function judgeChange(
  catalogue: Catalogue,
  line: Line,
  tariffCode: string,
  supportPhone: string,
): { tariff: TariffWithTerms; endsServices: string[] } | Judgement {
  const tariff = catalogue.tariff(tariffCode);
  if (!tariff) return { __typename: 'TariffNotFound' };
  if (line.tariffCode === tariffCode) return { __typename: 'SameTariff' };
  if (tariff.archived) return { __typename: 'TariffArchived' };
  if (line.status === 'SUSPENDED') return { __typename: 'LineSuspended' };
  if (line.openChange) return inProgress('TARIFF_CHANGE', line, line.openChange);
  const [open] = line.openOrders.values();
  if (open) return inProgress('SERVICE_ORDER', line, open.id);
  const endsServices = endedBy(catalogue, [...line.active.keys()], tariffCode);
  return endsServices.some((code) => catalogue.service(code)?.supportOnly)
    ? { __typename: 'SupportOnly', supportPhone }
    : { tariff, endsServices };
}
