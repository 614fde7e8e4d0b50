/** The longest wait that is believed, in milliseconds (1 day). */
const MAX_WAIT_MS = 86_400_000;

/**
 * Reads `Retry-After` (RFC 9110, section 10.2.3): seconds, which Discord writes with a fraction, or a date.
 * @param now milliseconds since the epoch
 * @returns milliseconds to wait, at most one day; undefined without the header, or where it cannot be understood
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1_000), MAX_WAIT_MS);
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - now, 0), MAX_WAIT_MS);
}
