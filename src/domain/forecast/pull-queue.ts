import type { Stretch } from './stretch.ts';
import { type PullSpan, type Span, TIMING_SLACK_MS } from './window-state.ts';

/** Pulls made within a span, and what is needed to find out later that they were not. */
interface QueuedSpan {
  from: number;
  to: number;
  pulls: number;
  /** Those of them that seemed to be made because others were taken for returned, perhaps too early. */
  unsure: number;
  /** Those of them that were seen: the reading fell by them. */
  seen: number;
  /** The step that counts them as spent. */
  readonly step: number;
}

/** Pulls that count against a sliding window, oldest first. Returned ones are passed over, not moved. */
export interface PullQueue {
  readonly spans: QueuedSpan[];
  /** The first span that may still count. */
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
  while (queue.spans[queue.head]?.pulls === 0) queue.head += 1;
  return queue.spans[queue.head];
}

/** Whether nobody saw when within this span its pulls were made. */
export function isWide(span: Span, { intervalMs }: Stretch): boolean {
  return span.to - span.from > WIDE_INTERVALS * intervalMs;
}

/**
 * Adds pulls made within a span.
 * @param origin the step that counts them, and how many of them are unsure
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
 * Takes up to `pulls` back that were not made after all, newest first.
 * @param since how far back they may have seemed to be made, in milliseconds since the epoch
 * @returns how many each step loses
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

/** Lets go of the newest pulls: they were not made after all. */
export function releaseNewest(queue: PullQueue, pulls: number): void {
  const newest = queue.spans.at(-1);
  if (!newest) return;
  const taken = Math.min(pulls, newest.pulls);
  newest.pulls -= taken;
  newest.unsure = Math.min(newest.unsure, newest.pulls);
  queue.total -= taken;
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
