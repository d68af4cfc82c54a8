import type { PhoneNumber } from '../phone-number.ts';
import type { ServiceOrderKind } from '../generated/prisma/enums.ts';

/** Names an order on both sides; the network uses it as the idempotency key. */
export interface OrderRef {
  subscriberId: string;
  orderId: string;
}

export interface ProvisioningOrder extends OrderRef {
  phoneNumber: PhoneNumber;
  kind: ServiceOrderKind;
  serviceCode: string;
}

/** `unknown`: the network has no such order, so it may be submitted. */
export type ProvisioningState = 'unknown' | 'pending' | 'completed' | 'refused';

/** The operator's network side: carries orders out, taking its time. */
export interface Provisioning {
  /** Hands an order over. Repeating it for the same order is safe. Rejects when it is not known whether it arrived. */
  submit(order: ProvisioningOrder): Promise<void>;
  /** What has become of an order. */
  look(ref: OrderRef): Promise<ProvisioningState>;
  /** Calls back when an order may have changed: only a hint, which may be late, lost or repeated. */
  onHint(listener: (ref: OrderRef) => void): void;
}
