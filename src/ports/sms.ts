import type { PhoneNumber } from '../phone-number.ts';

export interface SmsMessage {
  to: PhoneNumber;
  text: string;
  /** How long the SMSC goes on trying to deliver it. */
  validitySeconds: number;
}

/**
 * What became of handing a message over. ACCEPTED: the SMSC has taken it, part by part under these ids of its own ·
 * REFUSED: nothing will arrive, and it may be handed over again · UNKNOWN: it may arrive, so it must not be.
 */
export type SmsOutcome =
  | { outcome: 'ACCEPTED'; ids: string[] }
  | { outcome: 'REFUSED'; reason: string }
  | { outcome: 'UNKNOWN' };

/** What the SMSC says, later, of a message (or a part of one) that it had accepted (SMPP 3.4, 5.2.28). */
export interface SmsReceipt {
  /** The SMSC's id of it. */
  id: string;
  state: 'DELIVERED' | 'EXPIRED' | 'DELETED' | 'UNDELIVERABLE' | 'ACCEPTED' | 'UNKNOWN' | 'REJECTED';
}

/** The way to a phone: an SMSC. */
export interface Sms {
  /** Hands a message over once. Never rejects: what goes wrong is an outcome. */
  send(message: SmsMessage): Promise<SmsOutcome>;
  /** Has receipts recorded; while `record` rejects, the SMSC keeps the receipt and brings it again. */
  onReceipt(record: (receipt: SmsReceipt) => Promise<void>): void;
  /** Lets what is under way end, and takes leave of the SMSC. */
  close(): Promise<void>;
}
