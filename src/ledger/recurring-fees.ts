import { addDays, addMonths, type Day, dayOf } from '../calendar.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { MinorUnits } from '../money.ts';

/** What of a line its recurring fees depend on. */
export interface FeePayer {
  tariffCode: string;
  timeZone: string;
  services: readonly { serviceCode: string; activeSince: Date }[];
}

export interface RecurringFee {
  cause: 'TARIFF' | 'SUBSCRIBER_SERVICE';
  causeId: string;
  spentOn: 'TARIFF_FEES' | 'SERVICE_FEES';
  amount: MinorUnits;
}

/**
 * What a line has to pay on a day, in advance: the tariff's fee on the first of each month; a service's from the day
 * after it was connected on, every day or once a month.
 */
export function feesDueOn(catalogue: Catalogue, line: FeePayer, day: Day): RecurringFee[] {
  const monthlyFee = day.endsWith('-01') ? (catalogue.tariff(line.tariffCode)?.monthlyFee ?? 0n) : 0n;
  const services = line.services.map(({ serviceCode, activeSince }): RecurringFee => {
    const service = catalogue.service(serviceCode);
    const first = addDays(dayOf(activeSince, line.timeZone), 1);
    const due = service && isDue(service.recurrence, first, day);
    const amount = due ? catalogue.terms(line.tariffCode, service).recurringFee : 0n;
    return { cause: 'SUBSCRIBER_SERVICE', causeId: serviceCode, spentOn: 'SERVICE_FEES', amount };
  });
  const tariff: RecurringFee = {
    cause: 'TARIFF',
    causeId: line.tariffCode,
    spentOn: 'TARIFF_FEES',
    amount: monthlyFee,
  };
  return [tariff, ...services].filter(({ amount }) => amount > 0n);
}

function isDue(recurrence: 'NONE' | 'DAILY' | 'MONTHLY', first: Day, day: Day): boolean {
  if (recurrence === 'NONE' || day < first) return false;
  if (recurrence === 'DAILY') return true;
  const months =
    (Number(day.slice(0, 4)) - Number(first.slice(0, 4))) * 12 +
    Number(day.slice(5, 7)) -
    Number(first.slice(5, 7));
  return addMonths(first, months) === day;
}
