/**
 * `docker-ratelimit-source`: whose bucket a request draws on.
 *
 * Anonymous: an IPv4 address, or an IPv6 prefix such as `2001:41d0:801:2000::` (/64 since November 2024, some
 * providers /128). Signed in: the account's UUID (captures of 2021 to 2025) or its name (captures of 2026).
 */
export interface Source {
  /** The header as sent, at most 255 characters. */
  readonly value: string;
  readonly kind: SourceKind;
}

/** The classes of a source; the values of the metric label `kind`. */
export type SourceKind = 'ipv4' | 'ipv6' | 'account';

/** The longest source that is kept: a label of unbounded length would be the hub's to choose. */
const MAX_LENGTH = 255;
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/i;

/**
 * Classifies a source header: address first, then account. A Docker ID is lower-case letters and digits, so that
 * a name never looks like an address.
 * @returns undefined for an empty or absent header
 */
export function parseSource(header: string | undefined): Source | undefined {
  const value = header?.trim().slice(0, MAX_LENGTH);
  if (!value) return undefined;
  if (IPV4.test(value)) return { value, kind: 'ipv4' };
  if (IPV6.test(value)) return { value, kind: 'ipv6' };
  return { value, kind: 'account' };
}
