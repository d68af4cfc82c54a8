import { addMonths, type Day, dayOf, daysBetween, fromColumn, toColumn } from '../calendar.ts';
import type { Tariff } from '../generated/prisma/client.ts';
import type { App } from '../ports/app.ts';
import type { Line } from '../services/rules.ts';
import { type Advice, adviceOn, type KindUsage, type MonthUsage } from './advice.ts';
import { endedBy } from './rules.ts';
import { switchFeeFor } from './switch-fee.ts';

type Parts = Pick<App, 'db' | 'clock' | 'catalogue' | 'config'>;

/** The whole months of the line that usage is known of, the latest ones, in one statement whatever was used. */
async function monthsOf(app: Parts, line: Line, months: number): Promise<MonthUsage[]> {
  const thisMonth = `${dayOf(app.clock.now(), line.timeZone).slice(0, 7)}-01` as Day;
  const from = addMonths(thisMonth, -months);
  const rows = await app.db.usageMonth.findMany({
    where: { subscriberId: line.id, month: { gte: toColumn(from), lt: toColumn(thisMonth) } },
  });
  const byMonth = Map.groupBy(rows, ({ month }) => fromColumn(month));
  return [...byMonth].map(([month, kinds]: [Day, KindUsage[]]) => ({
    days: daysBetween(month, addMonths(month, 1)) - 1,
    kinds,
  }));
}

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
