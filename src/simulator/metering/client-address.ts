import { isIPv4, isIPv6 } from 'node:net';

/** A client may say where it comes from with this header, if it comes from loopback: to play NAT and IPv6. */
export const SOURCE_HEADER = 'x-simulator-source';

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const IPV6_GROUPS = 8;
/** Docker meters IPv6 by /64 since November 2024. */
const PREFIX_GROUPS = 4;

/** Whether an address as a socket reports it is this machine itself. */
export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/** The address a request comes from: what the header claims where it may, else the socket's other end. */
export function clientAddress(socketAddress: string, claimed: string | undefined): string {
  const plain = plainAddress(socketAddress);
  if (claimed === undefined || !isLoopback(plain)) return plain;
  const wanted = plainAddress(claimed.trim());
  return isIPv4(wanted) || isIPv6(wanted) ? wanted : plain;
}

/**
 * The anonymous bucket an address draws on, as `docker-ratelimit-source` spells it: an IPv4 address itself, an IPv6
 * address by its /64 prefix, such as `2001:41d0:801:2000::`.
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

/** All eight groups, without leading zeros. */
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
