/**
 * Reads `Retry-After` (RFC 9110, section 10.2.3): seconds, which Discord writes with a fraction, or a date.
 * @param now milliseconds since the epoch
 * @returns milliseconds to wait; undefined where nothing is said, or nothing that can be understood
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(at - now, 0);
}
