import type { PhoneNumber } from '../phone-number.ts';

/** Names an order on both sides: the network knows it by this, so that it can be asked about before it is given again. */
export interface OrderRef {
  subscriberId: string;
  orderId: string;
}

/** One thing to be done on a line. */
export type ProvisioningItem =
  | { action: 'add' | 'remove'; serviceCode: string }
  | { action: 'change'; tariffCode: string };

export interface ProvisioningOrder extends OrderRef {
  phoneNumber: PhoneNumber;
  /** The first is what was ordered; the others follow from it and share its fate. */
  items: readonly [ProvisioningItem, ...ProvisioningItem[]];
}

/**
 * What became of handing an order over. accepted: the network has it · refused: it will not be carried out ·
 * unreached: it surely did not arrive, and may be given again · unknown: it may have arrived, so ask before.
 */
export type SubmitOutcome = 'accepted' | 'refused' | 'unreached' | 'unknown';

/**
 * What has become of an order. unknown: the network has no such order · unreached: it could not be asked, so that
 * nothing is known.
 */
export type ProvisioningState = 'unknown' | 'pending' | 'completed' | 'refused' | 'cancelled' | 'unreached';

/** The operator's network side: carries orders out, taking its time. No method rejects: what goes wrong is an outcome. */
export interface Provisioning {
  /** Hands an order over. The caller asks first whether an order that may have arrived did. */
  submit(order: ProvisioningOrder): Promise<SubmitOutcome>;
  /** What has become of an order. */
  look(ref: OrderRef): Promise<ProvisioningState>;
  /** Calls back when an order may have changed: only a hint, which may be late, lost or repeated. */
  onHint(listener: (ref: OrderRef) => void): void;
  /** Lets go of whatever is under way. */
  close(): Promise<void>;
}
