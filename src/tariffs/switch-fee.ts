import type { Tariff } from '../generated/prisma/client.ts';
import type { MinorUnits } from '../money.ts';
import type { App } from '../ports/app.ts';

const DAY_MS = 86_400_000;

/** What a change to this tariff costs the line: nothing in its first days. */
export const switchFeeFor = (
  { clock, config }: Pick<App, 'clock' | 'config'>,
  { activatedAt }: { activatedAt: Date },
  { switchFee }: Pick<Tariff, 'switchFee'>,
): MinorUnits => {
  const isNew = clock.now().getTime() - activatedAt.getTime() < config.TARIFF_FREE_DAYS * DAY_MS;
  return isNew ? 0n : switchFee;
};
