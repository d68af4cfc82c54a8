/** A row's id in the API, by its type and its key: a row of a line's own has the line's before its own. */
export const globalId = (type: string, ...key: string[]): string =>
  Buffer.from(`${type}:${key.join('/')}`).toString('base64');
