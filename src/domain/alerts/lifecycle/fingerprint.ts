/** FNV-1a with 64 bits: offset basis and prime, by http://www.isthe.com/chongo/tech/comp/fnv/. */
const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** Sixteen hexadecimal digits that stand for a text: short enough for every receiver's keys, and safe in a URL. */
export function fingerprintOf(text: string): string {
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  }
  return hash.toString(16).padStart(16, '0');
}
