/** Keys of instants in milliseconds since the epoch: `at`, `firedAt`, `since`, `clearSince`. Monotonic times end in `Ms`. */
const MOMENT = /^(?:at|since)$|(?:At|Since)$/;
/** The key of forecasts, which contain future instants. */
const FORESEEN = 'forecast';

/**
 * Returns a copy of a record in which every instant is shifted, for use after the clock was set. An instant is a number
 * under a key `at`, `since`, `…At` or `…Since`, at any depth.
 * @param byMs milliseconds, positive: later
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
 * Returns a copy of a record shifted so that no instant in it is after `now`, for records written by a clock that was
 * ahead; the same record when no instant is.
 * @param now milliseconds since the epoch
 * @param planned keys of instants that may be in the future, such as `endsAt`
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

/** Reports whether a value is a plain record. Instances of classes are not shifted. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
