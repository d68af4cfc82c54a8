import type { PhoneNumber } from '../phone-number.ts';

export interface SmsMessage {
  /** Names the message: the same key is the same message, handed over again. */
  key: string;
  to: PhoneNumber;
  text: string;
  /** How long the SMSC goes on trying to deliver it. */
  validitySeconds: number;
}

/** The way to a phone: an SMSC. */
export interface Sms {
  /** Resolves when the SMSC has accepted the message; rejects when it has not, and then nothing will arrive. */
  send(message: SmsMessage): Promise<void>;
}
