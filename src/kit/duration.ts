/**
 * Durations as Prometheus and Go write them: `10s`, `5m`, `1h30m`, `90d`, `250ms`.
 * Units from large to small, each at most once; a bare `0` is allowed, a bare number is not.
 */
const UNIT_MS = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
const GRAMMAR = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** A regular expression that matches every duration, and some texts that are none, such as `5m1h`; for JSON Schema. */
export const DURATION_PATTERN = '^\\s*(0|(\\d+(ms|[wdhms]))+)\\s*$';

/** The allowed form of a duration, for error messages. */
export const DURATION_FORM = 'a duration such as 10s, 5m, 1h30m or 90d';

/**
 * Parses a duration.
 * @returns milliseconds
 * @throws SyntaxError when the text is not a duration
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  const match = trimmed === '' ? null : GRAMMAR.exec(trimmed);
  if (!match) throw new SyntaxError(`Not a duration: ${JSON.stringify(text)}`);
  const totalMs = Object.values(UNIT_MS).reduce(
    (sum, unitMs, i) => sum + Number(match[i + 1] ?? 0) * unitMs,
    0,
  );
  if (!Number.isSafeInteger(totalMs)) throw new SyntaxError(`Duration is too long: ${JSON.stringify(text)}`);
  return totalMs;
}

/** Parses a duration such as `10s`, `5m` or `1h30m` to milliseconds; undefined for a value that is no such string. Never throws. */
export function durationOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return parseDuration(value);
  } catch {
    return undefined;
  }
}

/** Formats milliseconds as `parseDuration` parses them, largest unit first, without weeks: `5400000` is `1h30m`. */
export function formatDuration(durationMs: number): string {
  let restMs = Math.round(durationMs);
  if (restMs <= 0) return '0s';
  let text = '';
  for (const [unit, unitMs] of Object.entries(UNIT_MS)) {
    if (unit === 'w') continue;
    const count = Math.floor(restMs / unitMs);
    if (count > 0) text += `${count}${unit}`;
    restMs -= count * unitMs;
  }
  return text;
}
