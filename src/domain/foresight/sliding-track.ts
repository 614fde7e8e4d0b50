import { wobbleOf } from './false-full.ts';
import type { Sample } from './series-point.ts';
import type { Stretch } from './stretch.ts';
import {
  MOST_WOBBLES,
  type PullSpan,
  type Span,
  type Step,
  TIMING_SLACK_MS,
  type WindowTrack,
} from './window-track.ts';

/** Pulls that count, oldest first; `head` is the first one that does, so that nothing is moved when pulls return. */
interface Queue {
  readonly spans: { from: number; to: number; pulls: number }[];
  head: number;
  total: number;
}

/** What the step before took for granted, and what the next one goes by. */
interface Assumed {
  /** Pulls taken for returned that may not have been yet. */
  readonly returned: number;
  /** Pulls taken for spent. */
  readonly spent: number;
  /** Pulls per millisecond that are being spent, lately. */
  readonly rate: number;
  /** The part of a hidden pull that is still owed. */
  readonly hiddenRest: number;
  /** Readings in a row that were taken for small variations. */
  readonly wobbles: number;
}

interface Terms {
  readonly stretch: Stretch;
  readonly queue: Queue;
  readonly steps: Step[];
}

/** Spans wider than this many intervals were not observed: their pulls return at any time, not together. */
const WIDE_INTERVALS = 3;
/** How far the time of a pull may be off after it was inferred from others several times, in intervals. */
const UNSURE_INTERVALS = 5;
/** How fast the rate follows what is spent, as a half life in milliseconds. */
const RATE_HALF_LIFE_MS = 30 * 60_000;
/** How many hidden pulls are thought of at most between two samples. */
const MOST_HIDDEN_PAIRS = 24;

/**
 * Explains a stretch by a sliding window. What counts against the limit is then exactly the pulls of the last window,
 * so that every sample says how many were spent: those that came back since the sample before it, and do not show,
 * were spent anew. When they came back is known to the interval in which they were seen to be spent.
 */
export function trackSliding(stretch: Stretch): WindowTrack {
  const [first, ...rest] = stretch.samples;
  const queue: Queue = { spans: [], head: 0, total: 0 };
  const terms: Terms = { stretch, queue, steps: [] };
  if (first) push(queue, first.at - stretch.windowMs, first.at, usedIn(first));
  let before = first;
  let mayHideUntil = first?.at ?? 0;
  let assumed: Assumed = { returned: 0, spent: 0, rate: visibleRate(stretch), hiddenRest: 0, wobbles: 0 };
  for (const sample of rest) {
    if (before) assumed = advance(terms, assumed, before, sample);
    before = sample;
    if (mayHide(terms, sample.at)) mayHideUntil = sample.at;
  }
  const outstanding: PullSpan[] = queue.spans.slice(queue.head);
  return { hypothesis: 'sliding', steps: terms.steps, used: queue.total, outstanding, mayHideUntil };
}

/** Whether a pull made just before `at` could have gone unseen, because another one came back. */
function mayHide({ queue, stretch, steps }: Terms, at: number): boolean {
  const oldest = queue.spans[queue.head];
  const mayReturn =
    oldest !== undefined && oldest.from + stretch.windowMs - UNSURE_INTERVALS * stretch.intervalMs < at;
  return mayReturn || (steps.at(-1)?.returned ?? 0) > 0;
}

/** The pulls that every kind of window sees, per millisecond: what the samples fall. */
function visibleRate({ samples, intervalMs }: Stretch): number {
  const fallen = samples.reduce(
    (sum, { remaining }, i) => sum + Math.max(0, (samples[i - 1]?.remaining ?? remaining) - remaining),
    0,
  );
  const observedMs = (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
  return fallen / Math.max(intervalMs, observedMs);
}

/** Pulls that count against the limit, as a sample says. */
export function usedIn(sample: Sample): number {
  return Math.max(0, sample.limit - sample.remaining);
}

function advance(terms: Terms, assumed: Assumed, before: Sample, sample: Sample): Assumed {
  const { queue, stretch } = terms;
  const used = usedIn(sample);
  const hidden = releaseHidden(terms, assumed, before, sample);
  const due = releaseDue(terms, sample.at);
  const late = takeBack(terms, Math.min(queue.total - used, assumed.returned, assumed.spent));
  const early = releaseEarly(terms, queue.total - used, sample.at);
  const unexplained = Math.max(0, queue.total - used);
  const isWobble = unexplained <= wobbleOf(sample.limit) && assumed.wobbles < MOST_WOBBLES;
  // A dip that the next reading undoes was none; a reading beyond explanation is believed all the same.
  if (isWobble) takeBack(terms, Math.min(unexplained, assumed.spent - late));
  else release(queue, unexplained);
  const spent = Math.max(0, used - queue.total);
  // What took the place of pulls that nobody saw being made may have been made at any time since they could return.
  const untimed = Math.min(spent, due.wide);
  const earliest = sample.at - stretch.windowMs;
  push(queue, Math.max(earliest, stretch.samples[0]?.at ?? earliest), sample.at, untimed);
  push(queue, Math.max(before.at, earliest), sample.at, spent - untimed);
  const returned = hidden.pulls + due.pulls + late + early.pulls;
  terms.steps.push({
    from: before.at,
    to: sample.at,
    spent,
    untimed,
    returned: isWobble ? returned : returned + unexplained,
    reset: false,
    unseen: early.wide,
    unexplained: isWobble ? 0 : unexplained,
    wobble: isWobble ? unexplained : 0,
    isDryAfter: sample.remaining <= 0,
    logTimely: 0,
  });

  const durationMs = sample.at - before.at;
  const keep = 0.5 ** (durationMs / RATE_HALF_LIFE_MS);
  const rate =
    durationMs > 0 ? assumed.rate * keep + ((1 - keep) * (spent - untimed)) / durationMs : assumed.rate;
  const wobbles = isWobble && unexplained > 0 ? assumed.wobbles + 1 : 0;
  return { returned: due.unsure, spent: spent - untimed, rate, hiddenRest: hidden.rest, wobbles };
}

/**
 * Pulls of which nobody saw when they were made return all the time, and where pulls are being spent, the ones hide
 * the others. How many of both cancel out between two samples: as many as two independent streams of these rates
 * would, given what is left to be seen.
 */
function releaseHidden(
  { queue, stretch }: Terms,
  assumed: Assumed,
  before: Sample,
  sample: Sample,
): { pulls: number; rest: number } {
  const span = queue.spans[queue.head];
  const leftMs = span ? span.to + stretch.windowMs - before.at : 0;
  if (!span || leftMs <= 0 || !isWide(span, stretch) || span.from + stretch.windowMs > before.at) {
    return { pulls: 0, rest: 0 };
  }
  const durationMs = sample.at - before.at;
  const net = usedIn(sample) - queue.total;
  const returning = span.pulls * Math.min(1, durationMs / leftMs);
  const owed = assumed.hiddenRest + hiddenPairs(returning, assumed.rate * durationMs, net);
  const pulls = Math.min(span.pulls, Math.floor(owed));
  release(queue, pulls);
  return { pulls, rest: owed - Math.floor(owed) };
}

/** The mean number of events that two Poisson streams have in common when their difference is known. */
function hiddenPairs(meanA: number, meanB: number, difference: number): number {
  const product = meanA * meanB;
  const apart = Math.abs(difference);
  let term = 1;
  let sum = 1;
  let weighted = 0;
  for (let pairs = 1; pairs <= MOST_HIDDEN_PAIRS; pairs += 1) {
    term *= product / (pairs * (pairs + apart));
    sum += term;
    weighted += pairs * term;
  }
  return weighted / sum;
}

function push(queue: Queue, from: number, to: number, pulls: number): void {
  if (pulls <= 0) return;
  queue.spans.push({ from, to, pulls });
  queue.total += pulls;
}

/**
 * Lets go of the pulls that should have returned by now: a span's middle decides, because samples do not come exactly
 * one window apart. Those whose span ends later are not sure.
 */
function releaseDue({ queue, stretch }: Terms, at: number): { pulls: number; unsure: number; wide: number } {
  const { windowMs } = stretch;
  let pulls = 0;
  let unsure = 0;
  let wide = 0;
  for (;;) {
    const span = queue.spans[queue.head];
    if (!span) break;
    const wasUnseen = isWide(span, stretch);
    const dueAt = windowMs + (wasUnseen ? span.to : (span.from + span.to) / 2);
    if (dueAt > at) break;
    pulls += span.pulls;
    if (wasUnseen) wide += span.pulls;
    else if (span.to + windowMs + TIMING_SLACK_MS > at) unsure += span.pulls;
    queue.head += 1;
  }
  queue.total -= pulls;
  return { pulls, unsure, wide };
}

function isWide(span: Span, { intervalMs }: Stretch): boolean {
  return span.to - span.from > WIDE_INTERVALS * intervalMs;
}

/** Pulls seemed to be spent, in the step before, because others had not come back as early as they were taken to. */
function takeBack({ queue, steps }: Terms, pulls: number): number {
  const newest = queue.spans.at(-1);
  const step = steps.at(-1);
  if (pulls <= 0 || !newest || !step) return 0;
  newest.pulls -= pulls;
  if (newest.pulls <= 0) queue.spans.pop();
  queue.total -= pulls;
  steps[steps.length - 1] = { ...step, spent: step.spent - pulls, returned: step.returned - pulls };
  return pulls;
}

/** Lets go of up to `pulls` that may have returned already, oldest first. */
function releaseEarly({ queue, stretch }: Terms, pulls: number, at: number): { pulls: number; wide: number } {
  const latest = at - stretch.windowMs + TIMING_SLACK_MS;
  let left = pulls;
  let wide = 0;
  while (left > 0) {
    const span = queue.spans[queue.head];
    if (!span || span.from >= latest) break;
    const taken = Math.min(left, span.pulls);
    if (isWide(span, stretch)) wide += taken;
    left -= taken;
    release(queue, taken);
  }
  return { pulls: pulls - left, wide };
}

/** Lets go of the oldest pulls. */
function release(queue: Queue, pulls: number): void {
  let left = Math.min(pulls, queue.total);
  queue.total -= left;
  while (left > 0) {
    const span = queue.spans[queue.head];
    if (!span) break;
    const taken = Math.min(left, span.pulls);
    span.pulls -= taken;
    left -= taken;
    if (span.pulls === 0) queue.head += 1;
  }
}
