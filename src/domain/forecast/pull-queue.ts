import type { Stretch } from './stretch.ts';
import { type PullSpan, type Span, TIMING_SLACK_MS } from './window-state.ts';

/** Pulls made within a span, and the facts that are needed to remove them later. */
interface QueuedSpan {
  from: number;
  to: number;
  pulls: number;
  /** The part that was inferred from returns, which may have been assumed too early. */
  unsure: number;
  /** The part that lowered a reading. */
  seen: number;
  /** Index of the step that counts them as spent. */
  readonly step: number;
}

/** Pulls that count against a sliding window, oldest first. Returned pulls are skipped, not moved. */
export interface PullQueue {
  readonly spans: QueuedSpan[];
  /** Index of the first span that may still count. */
  head: number;
  /** Sum of the pulls that count. */
  total: number;
}

/** Pulls that were removed because one window has passed. */
export interface DuePulls {
  readonly pulls: number;
  /** The part whose span ends later: they may not have returned yet. */
  readonly unsure: number;
  /** The part whose spending was not observed. */
  readonly wide: number;
}

/** Spans of more intervals than this were not observed: their pulls return at any time, not together. */
const WIDE_INTERVALS = 3;

/** Returns an empty queue. */
export function emptyQueue(): PullQueue {
  return { spans: [], head: 0, total: 0 };
}

/** Returns the oldest pulls that count; undefined when there are none. */
export function oldest(queue: PullQueue): PullSpan | undefined {
  while (queue.spans[queue.head]?.pulls === 0) queue.head += 1;
  return queue.spans[queue.head];
}

/** Reports whether a span was not observed: it is wider than three intervals. */
export function isWide(span: Span, { intervalMs }: Stretch): boolean {
  return span.to - span.from > WIDE_INTERVALS * intervalMs;
}

/**
 * Adds pulls made within a span.
 * @param origin the step that counts them, and how many of them are unsure and seen
 */
export function push(
  queue: PullQueue,
  { from, to, pulls }: PullSpan,
  origin: { readonly step: number; readonly unsure: number; readonly seen: number },
): void {
  if (pulls <= 0) return;
  queue.spans.push({ from, to, pulls, ...origin });
  queue.total += pulls;
}

/**
 * Removes up to `pulls` unsure pulls that were not made, newest first.
 * @param since the earliest end of their span, in milliseconds since the epoch
 * @returns the number of pulls to subtract from each step
 */
export function takeBackUnsure(
  queue: PullQueue,
  pulls: number,
  since: number,
): { readonly step: number; readonly pulls: number }[] {
  const losses: { step: number; pulls: number }[] = [];
  let left = pulls;
  for (let i = queue.spans.length - 1; i >= queue.head && left > 0; i -= 1) {
    const span = queue.spans[i];
    if (!span || span.to < since) break;
    const taken = Math.min(left, span.unsure, span.pulls);
    if (taken === 0) continue;
    span.pulls -= taken;
    span.unsure -= taken;
    queue.total -= taken;
    left -= taken;
    losses.push({ step: span.step, pulls: taken });
  }
  return losses;
}

/** Removes the newest pulls: they were not made. */
export function releaseNewest(queue: PullQueue, pulls: number): void {
  const newest = queue.spans.at(-1);
  if (!newest) return;
  const taken = Math.min(pulls, newest.pulls);
  newest.pulls -= taken;
  newest.unsure = Math.min(newest.unsure, newest.pulls);
  queue.total -= taken;
}

/** Removes the oldest pulls. */
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
 * Removes the pulls that should have returned by `at`. The middle of a span decides, because samples are not exactly one
 * window apart; for a wide span its end decides.
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
 * Removes up to `pulls` that may have returned already, oldest first.
 * @param from `seen`: only pulls whose spending was observed; `unseen`: only the others
 * @returns the number of removed pulls
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
