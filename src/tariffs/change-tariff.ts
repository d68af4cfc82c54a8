import type { TariffQuote } from '../generated/prisma/client.ts';
import type { Language } from '../generated/prisma/enums.ts';
import { acceptOrder } from '../orders/accept-order.ts';
import type { Asker } from '../orders/idempotency.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import { currentTraceparent } from '../seeing/trace.ts';
import { readLines } from '../services/line.ts';
import type { Line } from '../services/rules.ts';
import { recentSimChange } from '../subscriber/sim-change.ts';
import type { TariffFailure } from './errors.ts';
import { judgeChange } from './rules.ts';

export interface ChangeTariff {
  subscriberId: string;
  quoteId: string;
  /** Whose wish it is. */
  asker: Asker;
  idempotencyKey: string;
  language: Language;
}

type Refusal = Exclude<TariffFailure, { __typename: 'TariffNotFound' | 'TariffArchived' | 'SameTariff' }>;
export type PlacedTariffChange = ({ __typename: 'TariffChangeAccepted' } & OrderRef) | Refusal;

type Parts = Pick<App, 'db' | 'clock' | 'catalogue' | 'config' | 'secrets' | 'wakeUps' | 'reach'>;

/** Orders the change that a quote describes, at its price; repeating the call with the same key gives the same order. */
export async function changeTariff(app: Parts, command: ChangeTariff): Promise<PlacedTariffChange> {
  const { subscriberId, quoteId, asker, idempotencyKey: key } = command;
  const keyed = { ...asker, subscriberId, mutation: 'changeTariff', key, input: { quoteId } };
  const result = await acceptOrder(app, 'TARIFF_CHANGE', keyed, async (tx) => {
    const quote = await tx.tariffQuote.findUnique({
      where: { subscriberId_id: { subscriberId, id: quoteId } },
    });
    const line = (await readLines(tx, [subscriberId])).get(subscriberId);
    if (!quote || !line) return { __typename: 'NotFound' as const };
    return refusalOf(app, line, quote) ?? write(app, tx, line, quote, command.language);
  });
  return result.__typename === 'Accepted' ? { ...result, __typename: 'TariffChangeAccepted' } : result;
}

function refusalOf(app: Parts, line: Line, quote: TariffQuote): Refusal | null {
  const now = app.clock.now();
  if (quote.expiresAt <= now) return { __typename: 'QuoteExpired' };
  const judged = judgeChange(app.catalogue.current(), line, quote.tariffCode, app.config.SUPPORT_PHONE);
  if ('__typename' in judged) {
    const isPast = ['TariffNotFound', 'TariffArchived', 'SameTariff'].includes(judged.__typename);
    return isPast ? { __typename: 'QuoteExpired' } : (judged as Refusal);
  }
  // What was told would end is not what would end now.
  if (judged.endsServices.join() !== quote.endsServices.join()) return { __typename: 'QuoteExpired' };
  const until = recentSimChange(app.config, line, now);
  if (until) return { __typename: 'RecentSimChange', until, timeZone: line.timeZone };
  return line.available < quote.switchFee && quote.switchFee > 0n
    ? { __typename: 'InsufficientFunds', available: line.available, required: quote.switchFee }
    : null;
}

const write = (
  app: Parts,
  tx: Tx,
  line: Line,
  { subscriberId, tariffCode, switchFee, endsServices }: TariffQuote,
  language: Language,
): Promise<{ id: string; fee: bigint }> => {
  const createdAt = app.clock.now();
  return tx.tariffChange.create({
    data: {
      subscriberId,
      fromTariffCode: line.tariffCode,
      toTariffCode: tariffCode,
      endsServices,
      fee: switchFee,
      language,
      createdAt,
      nextLookAt: createdAt,
      traceparent: currentTraceparent() ?? null,
    },
    select: { id: true, fee: true },
  });
};
