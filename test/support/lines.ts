import type { Db } from '../../src/ports/database.ts';

let lines = 0;

/** A line that no test has touched yet. */
export async function newLine(db: Db): Promise<{ id: string; phoneNumber: string }> {
  return db.subscriber.create({
    data: {
      phoneNumber: `+7917${String(++lines).padStart(7, '0')}`,
      fullName: 'Новая Линия',
      timeZone: 'Europe/Moscow',
      tariffCode: 'SMART',
      activatedAt: new Date(),
    },
    select: { id: true, phoneNumber: true },
  });
}
