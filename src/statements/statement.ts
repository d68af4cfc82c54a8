import type { Language } from '../generated/prisma/enums.ts';
import type { MinorUnits } from '../money.ts';
import type { RecordBatch } from './record-batch.ts';

export const STATEMENT_FORMATS = ['PDF', 'XLSX', 'CSV', 'HTML', 'XML'] as const;
export type StatementFormat = (typeof STATEMENT_FORMATS)[number];

/** What stands above the records. */
export interface StatementHead {
  /** The owner's full name. */
  owner: string;
  /** E.164 with its plus. */
  phoneNumber: string;
  /** The tariff's name, in the statement's language. */
  tariff: string;
  /** The first and the last calendar day of the line's zone, YYYY-MM-DD. */
  from: string;
  to: string;
  timeZone: string;
  /** ISO 4217. */
  currency: string;
  language: Language;
  /** When it was ordered, not when it was written: a second writing of the same order is the same file. */
  madeAt: Date;
  dataCompleteThrough: Date;
}

export const RECORD_KINDS = ['CALL', 'SMS', 'DATA'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** One call, message or data session. Its amounts are whole numbers, and plain ones: a statement has a million. */
export interface StatementRecord {
  at: Date;
  kind: RecordKind;
  /** The other number, or what the network calls the other side (an access point, a zone). */
  peer: string;
  /** Of a call its seconds, of SMS their number, of data its bytes. */
  amount: number;
  /** In the currency's minor units. */
  cost: number;
}

/** The order in which they are shown. */
export const SPENDING_KINDS = ['CALLS', 'MESSAGES', 'DATA', 'SERVICE_FEES', 'TARIFF_FEES', 'OTHER'] as const;
export type SpendingKind = (typeof SPENDING_KINDS)[number];

/** What the line spent on one thing. */
export interface StatementLine {
  kind: SpendingKind;
  count: number;
  /** Of calls the seconds, of messages their number, of data the bytes; fees have none. */
  amount?: bigint;
  total: MinorUnits;
}

/** What the line spent on one thing in one day, YYYY-MM-DD; days and kinds without spending may be left out. */
export interface StatementDay {
  day: string;
  kind: SpendingKind;
  total: MinorUnits;
}

/** What the records and the fees of the period come to: known before the records are read. */
export interface StatementTotals {
  lines: readonly StatementLine[];
  total: MinorUnits;
  days: readonly StatementDay[];
}

/** Records in the order of their time, as they are read: in batches of any size. */
export type StatementRecords = AsyncIterable<RecordBatch>;

/** How long a piece of a file is at least, but the first and the last: it spares small writes. */
export const PIECE = 262_144;

/** Writes one format: the whole file, piece by piece, as fast as it is taken and no faster. */
export type StatementWriter = (
  head: StatementHead,
  totals: StatementTotals,
  records: StatementRecords,
) => AsyncIterable<Uint8Array>;
