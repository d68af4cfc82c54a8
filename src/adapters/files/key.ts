const KEY = /^[a-z0-9][a-z0-9._-]{0,127}$/;

/** The key, if it is one. @throws TypeError: a key from outside never gets as far as a path */
export function checkedKey(key: string): string {
  if (!KEY.test(key)) throw new TypeError('This cannot be the key of a file');
  return key;
}
