import { dayOf, toColumn } from '../../src/calendar.ts';
import type { Prisma } from '../../src/generated/prisma/client.ts';
import { topUp } from '../../src/ledger/top-up.ts';
import type { App } from '../../src/ports/app.ts';
import type { Db } from '../../src/ports/database.ts';
import { passportDigest } from '../../src/subscriber/passport.ts';
import { globalId } from './global-id.ts';

let lines = 0;

const TIME_ZONE = 'Europe/Moscow';

/** What the row of a line that no test has touched yet says. Its fees are paid for the day that it is there. */
export const freshLine = () => ({
  phoneNumber: `+7917${String(++lines).padStart(7, '0')}`,
  fullName: 'Новая Линия',
  timeZone: TIME_ZONE,
  tariffCode: 'SMART',
  activatedAt: new Date(),
  feesThrough: toColumn(dayOf(new Date(), TIME_ZONE)),
});

/** A line that no test has touched yet, and what is to be otherwise with it. */
export const newLine = (
  db: Db,
  more: Partial<Prisma.SubscriberUncheckedCreateInput> = {},
): Promise<{ id: string; phoneNumber: string }> =>
  db.subscriber.create({ data: { ...freshLine(), ...more }, select: { id: true, phoneNumber: true } });

export const PASSPORT = { series: '4510', number: '777777' };

/** An order that no worker takes up for an hour, with its fee held; returns its id in the API. */
export async function untouchedOrder(db: Db, subscriberId: string): Promise<string> {
  const fee = 30_00n;
  const { id } = await db.serviceOrder.create({
    data: {
      subscriberId,
      kind: 'ACTIVATE',
      serviceCode: 'CALL_FORWARDING',
      channel: 'SELF_CARE',
      fee,
      language: 'ru',
      createdAt: new Date(),
      nextLookAt: new Date(Date.now() + 3_600_000),
    },
  });
  await db.subscriber.update({ where: { id: subscriberId }, data: { held: { increment: fee } } });
  return globalId('ServiceOrder', subscriberId, id);
}

/** A line of years' standing, with money, a passport and a service to take off. */
export async function oldLine(app: App, phoneNumber: string): Promise<{ id: string; phoneNumber: string }> {
  const line = await newLine(app.db, {
    phoneNumber,
    activatedAt: new Date('2020-01-01'),
    services: { create: { serviceCode: 'WEATHER', activeSince: new Date('2024-01-01') } },
  });
  const passport = passportDigest(app.secrets, line.id, PASSPORT);
  await app.db.subscriber.update({ where: { id: line.id }, data: { passport } });
  await topUp(app, { subscriberId: line.id, amount: 1_000_00n, reference: 'first' });
  return line;
}
