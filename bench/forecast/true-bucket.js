/**
 * A bucket as a hub might really keep it. Denied pulls do not count (Docker fixed that in February 2022).
 *
 * @typedef {'sliding' | 'fixed-clock' | 'fixed-first-pull'} BucketKind
 * @typedef {object} State what is true of the bucket at one moment
 * @property {number} remaining
 * @property {number | null} fullAt when it is full again if nothing else is pulled; null when it is
 * @property {number} endsAt until when a forecast made now looks: the next reset, or one window
 */

/**
 * Plays demand against a bucket.
 * @param {BucketKind} kind
 * @param {{limit: number, windowMs: number}} terms
 * @param {readonly number[]} demand instants of pulls, in order
 * @param {readonly number[]} looks instants to look at it, in order
 * @returns {{states: State[], dry: {from: number, to: number}[]}} its state at each look, and when it was dry
 */
export function playBucket(kind, { limit, windowMs }, demand, looks) {
  /** @type {number[]} */
  const counted = [];
  let head = 0;
  /** @type {number | null} */
  let endsAt = null;
  /** @type {{from: number, to: number}[]} */
  const dry = [];
  let dryFrom = Number.NaN;

  const leaveDry = (/** @type {number} */ at) => {
    if (Number.isNaN(dryFrom)) return;
    dry.push({ from: dryFrom, to: at });
    dryFrom = Number.NaN;
  };
  const settle = (/** @type {number} */ at) => {
    if (kind === 'sliding') {
      while (head < counted.length && (counted[head] ?? 0) + windowMs <= at) {
        leaveDry((counted[head] ?? 0) + windowMs);
        head += 1;
      }
      return;
    }
    const boundary = kind === 'fixed-clock' ? (Math.floor(at / windowMs) + 1) * windowMs : null;
    endsAt ??= boundary;
    if (endsAt === null || at < endsAt) return;
    leaveDry(endsAt);
    head = counted.length;
    endsAt = boundary;
  };
  const pull = (/** @type {number} */ at) => {
    settle(at);
    if (counted.length - head >= limit) return;
    counted.push(at);
    endsAt ??= kind === 'fixed-first-pull' ? at + windowMs : null;
    if (counted.length - head >= limit) dryFrom = at;
  };

  let next = 0;
  const states = looks.map((at) => {
    while (next < demand.length && (demand[next] ?? 0) <= at) pull(demand[next++] ?? 0);
    settle(at);
    const used = counted.length - head;
    const slides = kind === 'sliding';
    const fullAt = used === 0 ? null : slides ? (counted.at(-1) ?? 0) + windowMs : endsAt;
    return { remaining: limit - used, fullAt, endsAt: slides ? at + windowMs : (endsAt ?? at + windowMs) };
  });
  leaveDry(Number.POSITIVE_INFINITY);
  return { states, dry };
}
