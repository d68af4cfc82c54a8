import type { MinorUnits } from '../money.ts';

/** Why a service order is refused; the same value is the mutation's answer and an action's `refusal`. */
export type ServiceOrderFailure =
  | { __typename: 'ServiceNotFound' }
  | { __typename: 'ServiceAlreadyActive' }
  | { __typename: 'ServiceNotActive' }
  | { __typename: 'SupportOnly'; supportPhone: string }
  | { __typename: 'ServiceConflict'; conflictsWith: string[] }
  | { __typename: 'ServiceRequires'; requires: string[] }
  | { __typename: 'ServiceRequiredBy'; requiredBy: string[] }
  | { __typename: 'ServiceUnavailableOnTariff'; tariffs: string[] }
  | { __typename: 'InsufficientFunds'; available: MinorUnits; required: MinorUnits }
  | { __typename: 'LineSuspended' }
  | {
      __typename: 'OrderInProgress';
      orderKind: 'SERVICE_ORDER' | 'TARIFF_CHANGE';
      subscriberId: string;
      orderId: string;
    }
  | { __typename: 'IdempotencyKeyReused' };

/** Why an order is not cancelled. */
export type CancelFailure = { __typename: 'NotFound' } | { __typename: 'OrderNotCancellable' };

/** Why staff cannot do for a subscriber what was asked for. */
export type AssistFailure =
  | Exclude<ServiceOrderFailure, { __typename: 'SupportOnly' }>
  | { __typename: 'PassportRequired' }
  | { __typename: 'PassportMismatch' }
  | { __typename: 'TooManyRequests'; retryAt: Date }
  | { __typename: 'NotFound' };
