import proxyaddr from 'proxy-addr';
import { z } from 'zod';

/** A whole number, given in full. */
export const wholeFrom = (min: number, max: number) =>
  z.coerce
    .number(`a whole number from ${min} to ${max} is needed`)
    .int(`a whole number from ${min} to ${max} is needed`)
    .min(min, `at least ${min}`)
    .max(max, `at most ${max}`);
/** The same, with what it is unless told. */
export const whole = (fallback: number, min = 1, max = 1_000_000_000) =>
  wholeFrom(min, max).default(fallback);
/** Durations, as long as dates and the outside world have a form for them. */
export const days = (fallback: number, min = 1) => whole(fallback, min, 36_500);
export const hours = (fallback: number, min = 1) => whole(fallback, min, 8_760);
export const minutes = (fallback: number) => whole(fallback, 1, 43_200);

/** A name of the IANA database, old or new; an offset is none: it has another sign for PostgreSQL. */
export const isTimeZone = (name: string): boolean => {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return /^[A-Z]/i.test(name) && timeZone !== '';
  } catch {
    return false;
  }
};
export const isUrl =
  (...protocols: string[]) =>
  (text: string) =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol);
export const isPlainHttpUrl = (text: string): boolean => {
  if (!isUrl('http:', 'https:')(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return !(username || password || search || hash);
};
/** Whether the name and password in a URL can be read: a % in them is written %25. */
export const hasReadableLogin = (text: string): boolean => {
  try {
    const { username, password } = new URL(text);
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
};
/** `on` means the one proxy that speaks to us. */
export const proxiesIn = (text: string): number | string[] => {
  if (/^\d+$/.test(text)) return Number(text);
  if (/^(on|true|off|false)$/.test(text)) return /^(on|true)$/.test(text) ? 1 : 0;
  return text.split(',').map((part) => part.trim());
};
/** Whether proxies can be told by this: a number of them, or addresses, networks and names that proxy-addr knows. */
export const isTrustable = (trusted: number | string[]): boolean => {
  try {
    if (typeof trusted !== 'number') proxyaddr.compile(trusted);
    return true;
  } catch {
    return false;
  }
};
/** s3://access_key:secret@host:port/bucket?region=…&tls=off, or a folder with its whole path. */
export const isFileStore = (text: string): boolean => {
  if (text === 'file:') return true;
  if (!isUrl('file:', 's3:')(text)) return false;
  const { protocol, host, username, password, pathname, searchParams } = new URL(text);
  if (protocol === 'file:') return host === '' && pathname.length > 1;
  const { region: _region, tls = 'on', ...others } = Object.fromEntries(searchParams);
  const known = ['on', 'off'].includes(tls) && !Object.keys(others).length;
  return known && Boolean(host && username && password) && /^\/[^/]+$/.test(pathname);
};
export const phone = z
  .string()
  .regex(/^\+[1-9][0-9]{4,14}$/, 'a number in E.164 is needed: +, country code, number');
