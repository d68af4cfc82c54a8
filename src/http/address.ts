import type { IncomingMessage } from 'node:http';
import proxyaddr from 'proxy-addr';
import { addressSubject } from '../limits/address.ts';

/** Finds the address that a request counts for. */
export type AddressOf = (request: IncomingMessage) => string;

/**
 * Reads X-Forwarded-For from its end and believes it as far as our own proxies wrote it: so many of them, or those
 * with these addresses. What stands further to the front a client may have made up.
 */
export function addressReader(trusted: number | readonly string[]): AddressOf {
  const trust =
    typeof trusted === 'number'
      ? (_address: string, hop: number) => hop < trusted
      : proxyaddr.compile([...trusted]);
  return (request) => {
    const known = proxyaddr.all(request, trust).map(addressSubject);
    // What is no address stands in for none: the proxy that wrote it is the last one known
    return known.findLast((address) => address !== undefined) ?? 'unknown';
  };
}
