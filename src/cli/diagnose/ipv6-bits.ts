const BITS = 128;
const BITS_PER_GROUP = 16;

/**
 * How many leading bits of an IPv6 address are in use: 128 without the zeros at its end. A prefix that ends in zeros is at
 * least that long.
 * @returns undefined for what is no IPv6 address in hexadecimal groups
 */
export function significantBits(address: string): number | undefined {
  const [head = '', tail, ...more] = address.split('::');
  if (more.length > 0) return undefined;
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const missing = BITS / BITS_PER_GROUP - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array.from({ length: missing }, () => 0), ...after];
  if (groups.some((group) => Number.isNaN(group))) return undefined;
  const bits = groups.map((group) => group.toString(2).padStart(BITS_PER_GROUP, '0')).join('');
  return bits.lastIndexOf('1') + 1;
}

function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text
    .split(':')
    .map((group) => (/^[0-9a-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : Number.NaN));
}
