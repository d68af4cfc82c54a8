import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';

/** Who of the operator's staff it is, as the identity provider says. */
export interface StaffName {
  subject: string;
  name: string;
}

export interface Act {
  subscriberId: string;
  by: StaffName;
  /** The mutation, or what it came to. */
  act: string;
  /** What was asked for; never a passport. */
  detail: Readonly<Record<string, string>>;
}

/** Writes down what a member of staff does on a line, in the transaction that does it. */
export async function recordAct(
  { clock }: Pick<App, 'clock'>,
  tx: Tx,
  { by: { subject, name }, ...act }: Act,
): Promise<void> {
  await tx.staffAct.create({ data: { ...act, subject, name, at: clock.now() } });
}
