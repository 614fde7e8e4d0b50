import {
  emptyQueue,
  isWide,
  oldest,
  type PullQueue,
  push,
  release,
  releaseDue,
  releaseEarly,
  releaseNewest,
  takeBackUnsure,
} from './pull-queue.ts';
import type { Sample } from './series-point.ts';
import { type Stretch, wobbleOf } from './stretch.ts';
import { MOST_WOBBLES, type Step, type WindowState } from './window-state.ts';

/** The most pairs in the sum. */
const MOST_PAIRS = 24;

/**
 * Returns the expected number of pulls that cancel out against returns between two samples, of which only the difference
 * is visible. Both are independent Poisson streams with these means.
 */
export function hiddenPairs(meanMade: number, meanReturned: number, difference: number): number {
  const product = meanMade * meanReturned;
  const apart = Math.abs(difference);
  let term = 1;
  let sum = 1;
  let weighted = 0;
  for (let pairs = 1; pairs <= MOST_PAIRS; pairs += 1) {
    term *= product / (pairs * (pairs + apart));
    sum += term;
    weighted += pairs * term;
  }
  return weighted / sum;
}

/** The state that is passed from one step to the next. */
interface Carried {
  /** Pulls that the previous step counted as spent. */
  readonly spent: number;
  /** Recent spending in pulls per millisecond. */
  readonly rate: number;
  /** The fraction of a hidden pull that is carried over. */
  readonly hiddenRest: number;
  /** Successive readings that counted as small variations. */
  readonly wobbles: number;
}

interface Terms {
  readonly stretch: Stretch;
  readonly queue: PullQueue;
  readonly steps: Step[];
}

/** The largest timing error of a pull that was inferred several times: in intervals, and in windows. */
const UNSURE_INTERVALS = 5;
const UNSURE_WINDOWS = 0.04;
/** Half life of the spending rate, in milliseconds. */
const RATE_HALF_LIFE_MS = 30 * 60_000;

/**
 * Explains a stretch by a sliding window: the pulls of the last window count against the limit. Every sample then shows how
 * many pulls were spent since the previous one: the decrease, and the pulls that returned meanwhile without raising the
 * reading. A pull returns one window after the interval in which it was spent.
 */
export function explainBySlidingWindow(stretch: Stretch): WindowState {
  const [first, ...rest] = stretch.samples;
  const queue = emptyQueue();
  const terms: Terms = { stretch, queue, steps: [] };
  if (first) {
    const before = { from: first.at - stretch.windowMs, to: first.at, pulls: usedIn(first) };
    push(queue, before, { step: -1, unsure: 0, seen: 0 });
  }
  let before = first;
  let mayHideUntil = first?.at ?? 0;
  let carried: Carried = { spent: 0, rate: visibleRate(stretch), hiddenRest: 0, wobbles: 0 };
  for (const sample of rest) {
    if (before) carried = advance(terms, carried, before, sample);
    before = sample;
    if (mayHide(terms, sample.at)) mayHideUntil = sample.at;
  }
  const outstanding = queue.spans.slice(queue.head).filter(({ pulls }) => pulls > 0);
  return { hypothesis: 'sliding', steps: terms.steps, used: queue.total, outstanding, mayHideUntil };
}

/** Returns the pulls that count against the limit in a sample. */
export function usedIn(sample: Sample): number {
  return Math.max(0, sample.limit - sample.remaining);
}

function advance(terms: Terms, carried: Carried, before: Sample, sample: Sample): Carried {
  const { queue, stretch } = terms;
  const used = usedIn(sample);
  const hidden = releaseHidden(terms, carried, before, sample);
  const due = releaseDue(queue, stretch, sample.at);
  // Some pulls seemed to be spent only because others returned later than assumed.
  const late = takeBack(terms, queue.total - used, sample.at - UNSURE_INTERVALS * stretch.intervalMs);
  const early = releaseEarly(queue, stretch, queue.total - used, sample.at, 'seen');
  // A decrease that the next reading reverses was no spending, unless returns of observed pulls explain the increase.
  const undone = undoDip(terms, queue.total - used, carried.spent - late);
  const unseen = releaseEarly(queue, stretch, queue.total - used, sample.at, 'unseen');
  const unexplained = Math.max(0, queue.total - used);
  const isWobble = unexplained <= wobbleOf(sample.limit) && carried.wobbles < MOST_WOBBLES;
  // An unexplained increase is accepted: the reading of the hub counts, not the hypothesis.
  if (!isWobble) release(queue, unexplained);
  const spent = Math.max(0, used - queue.total);
  // Pulls that replaced unobserved pulls may have been made at any time since those could return.
  const untimed = Math.min(spent, due.wide);
  const windowStart = sample.at - stretch.windowMs;
  const step = terms.steps.length;
  const firstAt = stretch.samples[0]?.at ?? windowStart;
  push(
    queue,
    { from: Math.max(windowStart, firstAt), to: sample.at, pulls: untimed },
    { step, unsure: 0, seen: 0 },
  );
  const made = { from: Math.max(before.at, windowStart), to: sample.at, pulls: spent - untimed };
  const seen = Math.min(made.pulls, Math.max(0, before.remaining - sample.remaining));
  push(queue, made, { step, unsure: Math.min(due.unsure, made.pulls), seen });
  terms.steps.push({
    from: before.at,
    to: sample.at,
    spent,
    untimed,
    returned: hidden.pulls + due.pulls + early + unseen + (isWobble ? 0 : unexplained),
    reset: false,
    unseen,
    unexplained: isWobble ? 0 : unexplained,
    wobble: undone + (isWobble ? unexplained : 0),
    isDryAfter: sample.remaining <= 0,
    logTimely: 0,
  });
  return {
    spent: spent - untimed,
    rate: followed(carried.rate, spent - untimed, sample.at - before.at),
    hiddenRest: hidden.rest,
    wobbles: isWobble && unexplained > 0 ? carried.wobbles + 1 : 0,
  };
}

/**
 * Removes the pulls that were expected to return unnoticed between two samples. Unobserved pulls return at any time, and
 * spending hides their return.
 */
function releaseHidden(
  { queue, stretch }: Terms,
  carried: Carried,
  before: Sample,
  sample: Sample,
): { pulls: number; rest: number } {
  const span = oldest(queue);
  const leftMs = span ? span.to + stretch.windowMs - before.at : 0;
  if (!span || leftMs <= 0 || !isWide(span, stretch) || span.from + stretch.windowMs > before.at) {
    return { pulls: 0, rest: 0 };
  }
  const durationMs = sample.at - before.at;
  const returning = span.pulls * Math.min(1, durationMs / leftMs);
  const net = usedIn(sample) - queue.total;
  const owed = carried.hiddenRest + hiddenPairs(carried.rate * durationMs, returning, net);
  const pulls = Math.min(span.pulls, Math.floor(owed));
  release(queue, pulls);
  return { pulls, rest: owed - Math.floor(owed) };
}

function takeBack({ queue, steps }: Terms, pulls: number, since: number): number {
  let taken = 0;
  for (const loss of takeBackUnsure(queue, pulls, since)) {
    taken += loss.pulls;
    loseSpent(steps, loss.step, loss.pulls);
  }
  return taken;
}

function undoDip({ queue, steps, stretch }: Terms, excess: number, spentBefore: number): number {
  const dip = Math.min(excess, spentBefore);
  if (dip <= 0 || excess > wobbleOf(stretch.limit)) return 0;
  releaseNewest(queue, dip);
  loseSpent(steps, steps.length - 1, dip);
  return dip;
}

function loseSpent(steps: Step[], index: number, pulls: number): void {
  const step = steps[index];
  if (step) steps[index] = { ...step, spent: step.spent - pulls };
}

/** Reports whether a return may have hidden a pull made just before `at`. */
function mayHide({ queue, stretch, steps }: Terms, at: number): boolean {
  if ((steps.at(-1)?.returned ?? 0) > 0) return true;
  const next = oldest(queue);
  const unsureMs = Math.max(UNSURE_INTERVALS * stretch.intervalMs, UNSURE_WINDOWS * stretch.windowMs);
  return next !== undefined && next.from + stretch.windowMs - unsureMs < at;
}

function followed(rate: number, spent: number, durationMs: number): number {
  if (durationMs <= 0) return rate;
  const keep = 0.5 ** (durationMs / RATE_HALF_LIFE_MS);
  return rate * keep + ((1 - keep) * spent) / durationMs;
}

/** Returns the visible spending in pulls per millisecond: the sum of all decreases. */
function visibleRate({ samples, intervalMs }: Stretch): number {
  const fallen = samples.reduce(
    (sum, { remaining }, i) => sum + Math.max(0, (samples[i - 1]?.remaining ?? remaining) - remaining),
    0,
  );
  const observedMs = (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
  return fallen / Math.max(intervalMs, observedMs);
}
