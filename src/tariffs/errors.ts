import type { MinorUnits } from '../money.ts';

/** Why there is no price for a change of tariff, or no change. */
export type TariffFailure =
  | { __typename: 'TariffNotFound' }
  | { __typename: 'TariffArchived' }
  | { __typename: 'SameTariff' }
  | { __typename: 'SupportOnly'; supportPhone: string }
  | { __typename: 'LineSuspended' }
  | {
      __typename: 'OrderInProgress';
      orderKind: 'SERVICE_ORDER' | 'TARIFF_CHANGE';
      subscriberId: string;
      orderId: string;
    }
  | { __typename: 'QuoteExpired' }
  | { __typename: 'NotFound' }
  | { __typename: 'RecentSimChange'; until: Date; timeZone: string }
  | { __typename: 'InsufficientFunds'; available: MinorUnits; required: MinorUnits }
  | { __typename: 'IdempotencyKeyReused' };
