/** How much earlier than Prometheus we give up, so that it still gets an answer; blackbox_exporter uses the same. */
const OFFSET_MS = 500;
const MAX_TIMEOUT_MS = 120_000;
/** As Go writes a number of seconds. */
const SECONDS = /^\d{1,9}(?:\.\d{1,9})?$/;

/**
 * Reads `X-Prometheus-Scrape-Timeout-Seconds`.
 * @returns milliseconds a probe may take; undefined without the header
 * @throws SyntaxError when it is not a positive number
 */
export function parseProbeTimeout(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const timeoutMs = SECONDS.test(header) ? Number(header) * 1_000 : 0;
  if (timeoutMs <= 0) {
    throw new SyntaxError('X-Prometheus-Scrape-Timeout-Seconds is not a positive number');
  }
  // A timeout hardly longer than the offset keeps half of itself.
  const ownMs = Math.max(timeoutMs - OFFSET_MS, timeoutMs / 2);
  return Math.floor(Math.min(ownMs, MAX_TIMEOUT_MS));
}
