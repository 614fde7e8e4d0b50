import { isIPv4, isIPv6 } from 'node:net';

/** Request header with which a client on loopback sets its own address, to simulate NAT and IPv6. */
export const SOURCE_HEADER = 'x-simulator-source';

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const IPV6_GROUPS = 8;
/** Docker has metered IPv6 by /64 since November 2024. */
const PREFIX_GROUPS = 4;

/** Reports whether the address of a socket is a loopback address. */
export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/**
 * Returns the address of the client.
 * @param socketAddress remote address of the socket
 * @param claimed value of `SOURCE_HEADER`, which is used only if the socket is on loopback and the value is an IP address
 */
export function clientAddress(socketAddress: string, claimed: string | undefined): string {
  const plain = plainAddress(socketAddress);
  if (claimed === undefined || !isLoopback(plain)) return plain;
  const wanted = plainAddress(claimed.trim());
  return isIPv4(wanted) || isIPv6(wanted) ? wanted : plain;
}

/**
 * Returns the owner of the anonymous bucket of an address, as `docker-ratelimit-source` writes it: an IPv4 address
 * unchanged, an IPv6 address as its /64 prefix, such as `2001:41d0:801:2000::`.
 */
export function sourceOfAddress(address: string): string {
  const plain = plainAddress(address);
  return isIPv6(plain) ? ipv6Prefix(plain) : plain;
}

function plainAddress(address: string): string {
  return MAPPED_IPV4.exec(address)?.[1] ?? address.replace(/%.*$/, '');
}

function ipv6Prefix(address: string): string {
  const groups = expandIpv6(address).slice(0, PREFIX_GROUPS);
  while (groups.at(-1) === '0') groups.pop();
  return `${groups.join(':')}::`;
}

/** Returns all eight groups, without leading zeros. */
function expandIpv6(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const left = groupsOf(head);
  const right = groupsOf(tail ?? '');
  const zeros = Array.from({ length: Math.max(0, IPV6_GROUPS - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right];
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
}
