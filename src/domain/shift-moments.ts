/** Names of moments in milliseconds since the epoch: `at`, `firedAt`, `since`, `clearSince`. Monotonic ones end in `Ms`. */
const MOMENT = /^(?:at|since)$|(?:At|Since)$/;
/** Holds moments of the future that are foreseen, under names of their own. */
const FORESEEN = 'forecast';

/**
 * Returns a copy of a record in which every moment is later by some time, as is needed when the clock that they were
 * taken from is set. A moment is a number named `at`, `since`, `…At` or `…Since`, at any depth.
 */
export function shiftMoments<Value>(value: Value, byMs: number): Value {
  return shift(value, byMs) as Value;
}

function shift(value: unknown, byMs: number): unknown {
  if (Array.isArray(value)) return value.map((item) => shift(item, byMs));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      typeof item === 'number' && MOMENT.test(key) ? item + byMs : shift(item, byMs),
    ]),
  );
}

/**
 * Returns a record that was written by a clock that was ahead, moved so that nothing in it happened after `now`; the same
 * record when nothing did.
 * @param now milliseconds since the epoch
 * @param planned names of moments that may be to come, such as `endsAt`
 */
export function withoutFuture<Value>(value: Value, now: number, planned: readonly string[] = []): Value {
  const newestAt = newestMoment(value, planned);
  return newestAt > now ? shiftMoments(value, now - newestAt) : value;
}

function newestMoment(value: unknown, planned: readonly string[]): number {
  if (Array.isArray(value))
    return Math.max(Number.NEGATIVE_INFINITY, ...value.map((one) => newestMoment(one, planned)));
  if (!isRecord(value)) return Number.NEGATIVE_INFINITY;
  const moments = Object.entries(value).map(([key, item]) => {
    if (key === FORESEEN || planned.includes(key)) return Number.NEGATIVE_INFINITY;
    return typeof item === 'number' && MOMENT.test(key) ? item : newestMoment(item, planned);
  });
  return Math.max(Number.NEGATIVE_INFINITY, ...moments);
}

/** Classes keep what they hold to themselves: only plain records are looked into. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
