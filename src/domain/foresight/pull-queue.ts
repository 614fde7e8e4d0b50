import type { Stretch } from './stretch.ts';
import { type PullSpan, type Span, TIMING_SLACK_MS } from './window-track.ts';

/** Pulls that count against a sliding window, oldest first. Returned ones are passed over, not moved. */
export interface PullQueue {
  readonly spans: { from: number; to: number; pulls: number }[];
  /** The first span that still counts. */
  head: number;
  /** Pulls that count. */
  total: number;
}

/** What was let go of because its time had come. */
export interface DuePulls {
  readonly pulls: number;
  /** Those whose span ends later: they may not have returned yet. */
  readonly unsure: number;
  /** Those that nobody saw being made. */
  readonly wide: number;
}

/** Spans wider than this many intervals were not observed: their pulls return at any time, not together. */
const WIDE_INTERVALS = 3;

/** A queue in which nothing counts. */
export function emptyQueue(): PullQueue {
  return { spans: [], head: 0, total: 0 };
}

/** The oldest pulls that count. */
export function oldest(queue: PullQueue): PullSpan | undefined {
  return queue.spans[queue.head];
}

/** Whether nobody saw when within this span its pulls were made. */
export function isWide(span: Span, { intervalMs }: Stretch): boolean {
  return span.to - span.from > WIDE_INTERVALS * intervalMs;
}

/** Adds pulls made after `from`, at the latest at `to`. */
export function push(queue: PullQueue, from: number, to: number, pulls: number): void {
  if (pulls <= 0) return;
  queue.spans.push({ from, to, pulls });
  queue.total += pulls;
}

/** Lets go of the newest pulls: they were not made after all. */
export function unpush(queue: PullQueue, pulls: number): void {
  const newest = queue.spans.at(-1);
  if (!newest || pulls <= 0) return;
  newest.pulls -= pulls;
  if (newest.pulls <= 0) queue.spans.pop();
  queue.total -= pulls;
}

/** Lets go of the oldest pulls. */
export function release(queue: PullQueue, pulls: number): void {
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

/**
 * Lets go of the pulls that should have returned by now: a span's middle decides, because samples do not come exactly
 * one window apart. A wide span is waited for to its end.
 */
export function releaseDue(queue: PullQueue, stretch: Stretch, at: number): DuePulls {
  const { windowMs } = stretch;
  let pulls = 0;
  let unsure = 0;
  let wide = 0;
  for (let span = oldest(queue); span !== undefined; span = oldest(queue)) {
    const wasUnseen = isWide(span, stretch);
    if (windowMs + (wasUnseen ? span.to : (span.from + span.to) / 2) > at) break;
    pulls += span.pulls;
    if (wasUnseen) wide += span.pulls;
    else if (span.to + windowMs + TIMING_SLACK_MS > at) unsure += span.pulls;
    release(queue, span.pulls);
  }
  return { pulls, unsure, wide };
}

/**
 * Lets go of up to `pulls` that may have returned already, oldest first.
 * @param from whether of those that were seen being made, or of the others
 */
export function releaseEarly(
  queue: PullQueue,
  stretch: Stretch,
  pulls: number,
  at: number,
  from: 'seen' | 'unseen',
): number {
  const latest = at - stretch.windowMs + TIMING_SLACK_MS;
  let left = Math.max(0, pulls);
  while (left > 0) {
    const span = oldest(queue);
    if (!span || span.from >= latest || isWide(span, stretch) !== (from === 'unseen')) break;
    const taken = Math.min(left, span.pulls);
    left -= taken;
    release(queue, taken);
  }
  return Math.max(0, pulls) - left;
}
