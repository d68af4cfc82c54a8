import type { UsageKind } from '../generated/prisma/enums.ts';
import type { MinorUnits } from '../money.ts';

/** One call, message or data session (CDR), as the operator's charging rated it. */
export interface UsageRecord {
  subscriberId: string;
  /** The record's own name where it comes from; with line and moment it is one record. */
  recordId: string;
  at: Date;
  kind: UsageKind;
  peer: string;
  /** Seconds of a call, messages, bytes of data. */
  amount: bigint;
  cost: MinorUnits;
}

/** What started units are counted in. */
export const MINUTE_S = 60n;
export const MEGABYTE_B = 1_048_576n;
