import type { App } from '../ports/app.ts';
import { readLines } from '../services/line.ts';
import { type Judgement, judgeChange } from './rules.ts';
import { switchFeeFor } from './switch-fee.ts';

export type Quoted = { __typename: 'TariffQuote'; subscriberId: string; id: string } | Judgement;

/** Names the price of a change of tariff and holds it for a while; nothing is ordered by it. */
export async function quoteTariffChange(
  app: Pick<App, 'db' | 'clock' | 'catalogue' | 'config'>,
  { subscriberId, tariffCode }: { subscriberId: string; tariffCode: string },
): Promise<Quoted> {
  const line = (await readLines(app.db, [subscriberId])).get(subscriberId);
  if (!line) return { __typename: 'TariffNotFound' };
  const { SUPPORT_PHONE, QUOTE_MINUTES } = app.config;
  const judged = judgeChange(app.catalogue.current(), line, tariffCode, SUPPORT_PHONE);
  if ('__typename' in judged) return judged;
  const createdAt = app.clock.now();
  const { id } = await app.db.tariffQuote.create({
    data: {
      subscriberId,
      tariffCode,
      switchFee: switchFeeFor(app, line, judged.tariff),
      endsServices: judged.endsServices,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + QUOTE_MINUTES * 60_000),
    },
    select: { id: true },
  });
  return { __typename: 'TariffQuote', subscriberId, id };
}
