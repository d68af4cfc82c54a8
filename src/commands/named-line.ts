import type { Config } from '../config.ts';
import { type PhoneNumber, parsePhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import { PlainError } from '../ports/plain-error.ts';

/** A phone number as an operator typed it. @throws PlainError */
export function phoneNumberIn({ COUNTRY }: Pick<Config, 'COUNTRY'>, typed: string): PhoneNumber {
  const phoneNumber = parsePhoneNumber(typed, COUNTRY);
  if (!phoneNumber) throw new PlainError(`${typed} is no phone number of ${COUNTRY}`);
  return phoneNumber;
}

/** The id of the line with this number. @throws PlainError */
export async function lineOf({ db }: Pick<App, 'db'>, phoneNumber: PhoneNumber): Promise<string> {
  const line = await db.subscriber.findUnique({ where: { phoneNumber }, select: { id: true } });
  if (!line) throw new PlainError(`${phoneNumber} is nobody's`);
  return line.id;
}
