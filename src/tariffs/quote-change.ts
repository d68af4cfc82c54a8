import type { MinorUnits } from '../money.ts';
import type { App } from '../ports/app.ts';
import { readLines } from '../services/line.ts';
import { type Judgement, judgeChange } from './rules.ts';
import { switchFeeFor } from './switch-fee.ts';

export type Quoted = { __typename: 'TariffQuote'; subscriberId: string; id: string } | Judgement;

type Parts = Pick<App, 'db' | 'clock' | 'catalogue' | 'config'>;

/** Names the price of a change of tariff and holds it for a while; nothing is ordered by it. */
export async function quoteTariffChange(
  app: Parts,
  { subscriberId, tariffCode }: { subscriberId: string; tariffCode: string },
): Promise<Quoted> {
  const line = (await readLines(app.db, [subscriberId])).get(subscriberId);
  if (!line) return { __typename: 'TariffNotFound' };
  const { SUPPORT_PHONE } = app.config;
  const judged = judgeChange(app.catalogue.current(), line, tariffCode, SUPPORT_PHONE);
  if ('__typename' in judged) return judged;
  const price = {
    subscriberId,
    tariffCode,
    switchFee: switchFeeFor(app, line, judged.tariff),
    endsServices: judged.endsServices,
  };
  return { __typename: 'TariffQuote', subscriberId, id: await quoteOf(app, price) };
}

interface Price {
  subscriberId: string;
  tariffCode: string;
  switchFee: MinorUnits;
  endsServices: string[];
}

/** The quote of a price: one that holds is held anew, so that asking on and on leaves no rows behind. */
async function quoteOf({ db, clock, config }: Parts, price: Price): Promise<string> {
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + config.QUOTE_MINUTES * 60_000);
  const { endsServices, ...rest } = price;
  const [standing] = await db.tariffQuote.updateManyAndReturn({
    where: { ...rest, endsServices: { equals: endsServices }, expiresAt: { gt: now } },
    data: { expiresAt },
    select: { id: true },
  });
  if (standing) return standing.id;
  const { id } = await db.tariffQuote.create({
    data: { ...price, createdAt: now, expiresAt },
    select: { id: true },
  });
  return id;
}
