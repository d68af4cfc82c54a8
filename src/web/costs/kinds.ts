import type { SpendingQuery } from '../../generated/operations.ts';

export type SpendingOfPeriod = NonNullable<SpendingQuery['me']>['spending'];
export type SpendingKind = SpendingOfPeriod['lines'][number]['kind'];

/** In the order that they are stacked in, from the ground up. */
export const KINDS: readonly SpendingKind[] = [
  'TARIFF_FEES',
  'SERVICE_FEES',
  'DATA',
  'CALLS',
  'MESSAGES',
  'OTHER',
];
