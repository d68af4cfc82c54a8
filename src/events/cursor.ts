import type { Secrets } from '../secrets.ts';

const FORM = /^([0-9a-z]+)\.([\w-]+)$/;

/**
 * A place in one line's events as clients hold it: the number and a tag that binds it to the line, so that a
 * cursor is neither guessed nor used for another line.
 */
export function encodeCursor(secrets: Secrets, subscriberId: string, seq: number): string {
  const place = seq.toString(36);
  return `${place}.${secrets.tag('cursor', `${subscriberId}/${place}`)}`;
}

/** The number in a cursor; undefined unless it was made for this line. */
export function decodeCursor(secrets: Secrets, subscriberId: string, cursor: string): number | undefined {
  const [, place = '', tag = ''] = FORM.exec(cursor) ?? [];
  if (!secrets.matches('cursor', `${subscriberId}/${place}`, tag)) return undefined;
  return Number.parseInt(place, 36);
}
