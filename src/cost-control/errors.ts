import type { Day } from '../calendar.ts';
import type { MinorUnits } from '../money.ts';

/** Why no statement is ordered. */
export type DetailFailure =
  | { __typename: 'InvalidPeriod'; earliest: Day; latest: Day; maxDays: number }
  | { __typename: 'InvalidDelivery' }
  | { __typename: 'InsufficientFunds'; available: MinorUnits; required: MinorUnits }
  | { __typename: 'RecentSimChange'; until: Date; timeZone: string }
  | { __typename: 'TooManyRequests'; retryAt: Date; timeZone: string }
  | { __typename: 'IdempotencyKeyReused' };
