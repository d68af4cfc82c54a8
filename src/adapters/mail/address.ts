const SPECIAL = '\\s\\p{C}<>()[\\]\\\\,;:"@';
const ADDRESS = new RegExp(`^[^${SPECIAL}]{1,64}@[^${SPECIAL}]{1,253}$`, 'u');

/** Whether this is one plain address: nothing in it ends a header, begins another or names a second recipient. */
export const isAddress = (text: string): boolean => ADDRESS.test(text);

/** The address in "Name <address>", or in an address alone. */
export const addressIn = (mailbox: string): string => /<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox;
