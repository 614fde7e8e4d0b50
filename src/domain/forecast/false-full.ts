import type { Sample } from './series-point.ts';

/**
 * Whether a reading is believed.
 *
 * `believed` it is; `false-full` the hub said "full" for a moment and went back, as captured on 2021-01-17
 * (66, 67, 100, 67, 67, 67, 67, 67, 100); `doubtful` it may be either: a jump to full that nothing has confirmed yet,
 * or one that an exhausted bucket showed for a moment.
 */
export type Verdict = 'believed' | 'false-full' | 'doubtful';

/** How many readings in a row may be false together. */
const LONGEST_FALSE_RUN = 2;
/** How near the value before the jump the one after it must be, as a share of the jump. */
const RETURN_SHARE = 0.1;
/** Below which share of the limit a bucket counts as nearly dry. */
const NEARLY_DRY_SHARE = 0.1;

/** The smallest difference that is more than the hub's "small variations", in pulls: 2, or 2 % of the limit. */
export function wobbleOf(limit: number): number {
  return Math.max(2, Math.round(limit * 0.02));
}

/**
 * Judges the readings of one limit, in the order of time, without asking the hub again: a jump to full is believed
 * when the reading after it stays there.
 * @returns one verdict for each sample
 */
export function judgeReadings(samples: readonly Sample[]): Verdict[] {
  const verdicts: Verdict[] = [];
  let before: Sample | undefined;
  for (let i = 0; i < samples.length; ) {
    const sample = samples[i];
    if (!sample) break;
    const run = before && isJumpToFull(before, sample) ? fullRunLength(samples, i) : 0;
    const verdict = before && run > 0 ? judgeRun(before, samples.slice(i, i + run + 1), run) : 'believed';
    const judged = verdict === 'believed' ? 1 : run;
    for (let k = 0; k < judged; k += 1) verdicts.push(verdict);
    if (verdict === 'believed') before = sample;
    i += judged;
  }
  return verdicts;
}

function isJumpToFull(before: Sample, sample: Sample): boolean {
  return sample.remaining >= sample.limit && sample.remaining - before.remaining > wobbleOf(sample.limit);
}

/** How many samples from `start` on say "full", counted no further than needed. */
function fullRunLength(samples: readonly Sample[], start: number): number {
  let length = 1;
  while (length <= LONGEST_FALSE_RUN && isFull(samples[start + length])) length += 1;
  return length;
}

function isFull(sample: Sample | undefined): boolean {
  return sample !== undefined && sample.remaining >= sample.limit;
}

function judgeRun(before: Sample, run: readonly Sample[], length: number): Verdict {
  const full = run[0];
  const after = run[length];
  if (!full || length > LONGEST_FALSE_RUN) return 'believed';
  if (!after) return length === 1 ? 'doubtful' : 'believed';
  const jump = full.remaining - before.remaining;
  if (after.remaining > before.remaining + jump * RETURN_SHARE) return 'believed';
  // A refill that everybody waited for can be gone within a minute, and looks the same.
  return before.remaining <= full.limit * NEARLY_DRY_SHARE ? 'doubtful' : 'false-full';
}
