import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What one household or phone is given of IPv6 (RFC 6177): who has one address of it has them all. */
const IPV6_PREFIX = 64;

/**
 * The subject that an IP address is counted as: an IPv4 address, however it is written, mapped into IPv6 too, or the
 * /64 of an IPv6 address. Undefined for what is no address.
 */
export function addressSubject(text: string | undefined): string | undefined {
  if (text === undefined || isIPv4(text)) return text;
  // Proxies add ports, brackets and zones: [2001:db8::1]:443, 192.0.2.1:80, fe80::1%eth0
  const [, bracketed, withPort] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(text.trim()) ?? [];
  const bare = (bracketed ?? withPort ?? text.trim()).replace(/%.*$/, '');
  if (!ipaddr.isValid(bare)) return undefined;
  const address = ipaddr.process(bare);
  if (address.kind() === 'ipv4') return address.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${IPV6_PREFIX}`).toString()}/${IPV6_PREFIX}`;
}
