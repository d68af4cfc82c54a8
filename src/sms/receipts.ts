import type { App } from '../ports/app.ts';

/** Writes down what the SMSC says of messages it had accepted; a later word replaces an earlier one. */
export function recordReceipts(app: Pick<App, 'db' | 'clock' | 'sms'>): void {
  app.sms.onReceipt(async ({ id: smscId, state }) => {
    const word = { state, at: app.clock.now() };
    await app.db.smsReceipt.upsert({ where: { smscId }, create: { smscId, ...word }, update: word });
  });
}
