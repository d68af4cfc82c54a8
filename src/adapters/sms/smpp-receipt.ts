import type { Pdu } from 'smpp';
import type { SmsReceipt } from '../../ports/sms.ts';

/** Bits of esm_class that tell a receipt from a message that somebody typed (SMPP 3.4, 5.2.12). */
const TYPE_MASK = 0x3c;
const RECEIPT = 0x04;

/** By the value of message_state (SMPP 3.4, 5.2.28); 1 is on its way still. */
const STATES = new Map<number | undefined, SmsReceipt['state']>([
  [2, 'DELIVERED'],
  [3, 'EXPIRED'],
  [4, 'DELETED'],
  [5, 'UNDELIVERABLE'],
  [6, 'ACCEPTED'],
  [7, 'UNKNOWN'],
  [8, 'REJECTED'],
]);
/** The same in a receipt's text (SMPP 3.4, appendix B). */
const WORDS = new Map<string | undefined, SmsReceipt['state']>([
  ['DELIVRD', 'DELIVERED'],
  ['EXPIRED', 'EXPIRED'],
  ['DELETED', 'DELETED'],
  ['UNDELIV', 'UNDELIVERABLE'],
  ['ACCEPTD', 'ACCEPTED'],
  ['UNKNOWN', 'UNKNOWN'],
  ['REJECTD', 'REJECTED'],
]);

/** The receipt in a message that the SMSC brings; undefined: it is none, or it tells nothing. */
export function receiptIn(pdu: Pdu): SmsReceipt | undefined {
  if (((pdu.esm_class ?? 0) & TYPE_MASK) !== RECEIPT) return undefined;
  const text = String(pdu.short_message?.message ?? '');
  const id = pdu.receipted_message_id ?? /\bid:(\S+)/i.exec(text)?.[1];
  const state = STATES.get(pdu.message_state) ?? WORDS.get(/\bstat:(\w+)/i.exec(text)?.[1]?.toUpperCase());
  return id && state ? { id, state } : undefined;
}
