import { addMonths, type Day, dayOf, daysBetween, fromColumn, toColumn } from '../calendar.ts';
import type { Tariff } from '../generated/prisma/client.ts';
import type { App } from '../ports/app.ts';
import type { Line } from '../services/rules.ts';
import { type Advice, adviceOn, type KindUsage, type MonthUsage } from './advice.ts';
import { endedBy } from './rules.ts';
import { switchFeeFor } from './switch-fee.ts';

type Parts = Pick<App, 'db' | 'clock' | 'catalogue' | 'config'>;

type MonthRow = KindUsage & {
  month: Date;
  /** Until when the usage of all lines is known. */
  known: Date | null;
};

/**
 * The latest whole months of the owner's, in one statement whatever was used: from the first that anything was used in,
 * for as long as usage is known to their ends. One that nothing was used in is a month, too, and costs what a tariff costs
 * by itself.
 */
async function monthsOf(app: Parts, line: Line, months: number): Promise<MonthUsage[]> {
  const thisMonth = monthAt(dayOf(app.clock.now(), line.timeZone));
  const [asked, began] = [
    addMonths(thisMonth, -months),
    dayOf(line.ownerSince ?? line.activatedAt, line.timeZone),
  ];
  const from = began >= asked ? addMonths(monthAt(began), 1) : asked;
  const rows = await app.db.$queryRaw<MonthRow[]>`
    SELECT *, (SELECT max(complete_through) FROM usage_loads WHERE finished_at IS NOT NULL) AS known
    FROM usage_months
    WHERE subscriber_id = ${line.id}::uuid AND month >= ${toColumn(from)}::date AND month < ${toColumn(thisMonth)}::date
    ORDER BY month`;
  const byMonth = Map.groupBy(rows, ({ month }) => fromColumn(month));
  const known = rows[0]?.known ? monthAt(dayOf(rows[0].known, line.timeZone)) : thisMonth;
  const end = known < thisMonth ? known : thisMonth;
  const found: MonthUsage[] = [];
  for (let month = rows[0] && fromColumn(rows[0].month); month && month < end; month = addMonths(month, 1))
    found.push({ days: daysBetween(month, addMonths(month, 1)) - 1, kinds: byMonth.get(month) ?? [] });
  return found;
}

/** The first day of a day's month. */
const monthAt = (day: Day): Day => `${day.slice(0, 7)}-01` as Day;

/** How other tariffs would have done for a line, those that would have saved most first. Empty: no usage to replay. */
export async function adviseTariffs(app: Parts, line: Line, months: number): Promise<Advice[]> {
  const catalogue = app.catalogue.current();
  return adviseOn(
    app,
    line,
    months,
    catalogue.tariffs.filter((tariff) => !tariff.archived && isOpenTo(app, line, tariff)),
  );
}

/** The same for some tariffs, whatever stands in the way of a change to them. */
export async function adviseOn(
  app: Parts,
  line: Line,
  months: number,
  tariffs: readonly Tariff[],
): Promise<Advice[]> {
  const catalogue = app.catalogue.current();
  const current = catalogue.tariff(line.tariffCode);
  const used = await monthsOf(app, line, months);
  if (!used.length || !current) return [];
  return tariffs
    .flatMap((tariff) => catalogue.tariff(tariff.code) ?? [])
    .map((tariff) =>
      adviceOn(catalogue, current, tariff, used, [...line.active.keys()], switchFeeFor(app, line, tariff)),
    )
    .toSorted((a, b) => Number(b.monthlySaving - a.monthlySaving));
}

/** A tariff that the line is not on already, and that ends nothing that support alone removes. */
const isOpenTo = ({ catalogue }: Parts, line: Line, { code }: Tariff): boolean =>
  code !== line.tariffCode &&
  !endedBy(catalogue.current(), [...line.active.keys()], code).some(
    (ended) => catalogue.current().service(ended)?.supportOnly,
  );
