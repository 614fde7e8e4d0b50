import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** The address that a server listens on. */
export interface ListenAddress {
  /** Host name or address, IPv6 without brackets. Undefined: every interface, by IPv4 and IPv6. */
  readonly host: string | undefined;
  /** 0: any free port. */
  readonly port: number;
}

/** Groups of an IPv6 address that a provider gives to one customer: a /64. */
const NETWORK_GROUPS = 4;
/** ::ffff:0:0/96, IPv4 in the notation of IPv6 (RFC 4291, section 2.5.5.2). */
const IPV4_MAPPED = '0:0:0:0:0:ffff';

/**
 * Returns the network that rate limits of clients are counted by: an IPv4 address as it is, an IPv6 address as its /64,
 * since every customer of a provider has at least 2^64 of them. An IPv4-mapped IPv6 address counts as the IPv4 address.
 * @param address the remote address of a socket
 * @returns `unknown` for undefined and for text that is no address
 */
export function clientNetworkOf(address: string | undefined): string {
  const [plain = ''] = (address ?? '').split('%');
  if (isIPv4(plain)) return plain;
  if (!isIPv6(plain)) return 'unknown';
  const groups = groupsOf(plain);
  if (groups.slice(0, 6).join(':') === IPV4_MAPPED) return groups.slice(6).map(dottedOf).join('.');
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

/** Returns the eight groups of an IPv6 address, in lower-case hexadecimal without leading zeros. */
function groupsOf(address: string): string[] {
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) => {
    const group = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16);
    return `${group(a, b)}:${group(c, d)}`;
  });
  const [head = '', tail] = hexadecimal.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16).toString(16));
}

/** Returns two bytes of an IPv4 address from a group of an IPv6 address, with a dot between them. */
function dottedOf(group: string): string {
  const value = Number.parseInt(group, 16);
  return `${value >> 8}.${value & 255}`;
}

/**
 * Returns the network of an address, so that it no longer identifies a machine: the /24 of an IPv4 address, the /48 of an
 * IPv6 address. Text that is no address is returned as `unknown`.
 */
export function maskAddress(address: string): string {
  const network = clientNetworkOf(address);
  if (isIPv4(network)) return `${network.split('.').slice(0, 3).join('.')}.0/24`;
  return network === 'unknown' ? network : `${network.split(':').slice(0, 3).join(':')}::/48`;
}

/**
 * Compiles IP addresses and networks in CIDR notation to a function that reports whether an address is in any of them. A
 * masked address is in a network if its first and its last address are.
 * @param networks valid addresses and networks
 */
export function compileNetworks(networks: readonly string[]): (address: string) => boolean {
  if (networks.length === 0) return () => false;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  }
  const isListed = (address: string) => {
    const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
    return family !== undefined && list.check(address, family);
  };
  return (address) => edgesOf(address).every(isListed);
}

function edgesOf(address: string): string[] {
  const [first = '', bits] = address.split('/');
  if (bits === undefined) return [first];
  return [
    first,
    isIPv4(first) ? first.replace(/\.0$/, '.255') : first.replace(/::$/, ':ffff:ffff:ffff:ffff:ffff'),
  ];
}
