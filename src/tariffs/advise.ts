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
  /** The first month whose usage is not all known. */
  end: Date;
};

/**
 * The latest whole months of the owner's, in one statement whatever was used: from the first that anything was used in,
 * for as long as usage is known to their ends. One that nothing was used in is a month, too, and costs what a tariff costs
 * by itself.
 */
async function monthsOf(app: Parts, line: Line, months: number): Promise<MonthUsage[]> {
  const { id, timeZone } = line;
  const thisMonth = toColumn(monthAt(dayOf(app.clock.now(), timeZone)));
  const rows = await app.db.$queryRaw<MonthRow[]>`
    WITH known AS (
      SELECT least(date_trunc('month', max(complete_through) AT TIME ZONE ${timeZone})::date, ${thisMonth}::date) AS end
      FROM usage_loads WHERE finished_at IS NOT NULL
    )
    SELECT usage_months.*, known.end FROM usage_months, known
    WHERE subscriber_id = ${id}::uuid AND month < known.end
      AND month >= greatest(${toColumn(firstOwnMonth(line))}::date, known.end - make_interval(months => ${months}::int))
    ORDER BY month`;
  const [first] = rows;
  if (!first) return [];
  const byMonth = Map.groupBy(rows, ({ month }) => fromColumn(month));
  const found: MonthUsage[] = [];
  for (let month = fromColumn(first.month); month < fromColumn(first.end); month = addMonths(month, 1))
    found.push({ days: daysBetween(month, addMonths(month, 1)) - 1, kinds: byMonth.get(month) ?? [] });
  return found;
}

/** The first month that is the owner's from its first moment on. */
const firstOwnMonth = ({ ownerSince, activatedAt, timeZone }: Line): Day => {
  const before = new Date((ownerSince ?? activatedAt).getTime() - 1);
  return addMonths(monthAt(dayOf(before, timeZone)), 1);
};

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
