import type { Sample } from './series-point.ts';
import { usedIn } from './sliding-window.ts';
import type { Stretch } from './stretch.ts';
import { wobbleOf } from './stretch.ts';
import {
  CLOCK_SLACK_MS,
  MOST_WOBBLES,
  type Span,
  type Step,
  TIMING_SLACK_MS,
  type WindowState,
} from './window-state.ts';

interface Position {
  /** Pulls that count against the limit. */
  readonly used: number;
  /** The span in which the window ends; undefined when no window is open. */
  readonly resetBetween: Span | undefined;
  /** Successive readings that counted as small variations. */
  readonly wobbles: number;
}

interface Move {
  readonly position: Position;
  readonly step: Step;
}

type FixedHypothesis = 'fixed-clock' | 'fixed-first-pull';

/** Returns when the next window ends, given the times of the samples before and after its first pull. */
type NextReset = (from: number, to: number, used: number) => Span | undefined;

/**
 * Explains a stretch by fixed windows: all pulls return when the window ends. A window ends at a multiple of its length
 * since the epoch (`fixed-clock`), or its length after its first pull (`fixed-first-pull`).
 */
export function explainByFixedWindow(hypothesis: FixedHypothesis, stretch: Stretch): WindowState {
  const [first, ...rest] = stretch.samples;
  const steps: Step[] = [];
  if (!first) return { hypothesis, steps, used: 0, resetBetween: undefined };
  const { windowMs } = stretch;
  const nextReset: NextReset =
    hypothesis === 'fixed-clock'
      ? (_from, to) => clockBoundary(to, windowMs)
      : (from, to, used) => (used > 0 ? { from: from + windowMs, to: to + windowMs } : undefined);
  const slackMs = hypothesis === 'fixed-clock' ? CLOCK_SLACK_MS : TIMING_SLACK_MS;
  let position: Position = {
    used: usedIn(first),
    resetBetween: nextReset(first.at - windowMs, first.at, usedIn(first)),
    wobbles: 0,
  };
  let before = first;
  for (const sample of rest) {
    const move = advance(position, before, sample, { stretch, nextReset, slackMs, steps });
    steps.push(move.step);
    position = move.position;
    before = sample;
  }
  return { hypothesis, steps, used: position.used, resetBetween: position.resetBetween };
}

/** Returns the next multiple of the window after `at`; a multiple within the clock error counts as passed. */
function clockBoundary(at: number, windowMs: number): Span {
  const boundary = (Math.floor((at + CLOCK_SLACK_MS) / windowMs) + 1) * windowMs;
  return { from: boundary, to: boundary };
}

interface Terms {
  readonly stretch: Stretch;
  readonly nextReset: NextReset;
  readonly slackMs: number;
  /** The steps so far. */
  readonly steps: Step[];
}

function advance(position: Position, before: Sample, sample: Sample, terms: Terms): Move {
  const { resetBetween } = position;
  const mayReset = resetBetween !== undefined && sample.at >= resetBetween.from - terms.slackMs;
  if (!mayReset) return goOn(position, before, sample, terms);
  const used = usedIn(sample);
  const drop = position.used - used;
  const wobble = wobbleOf(sample.limit);
  if (sample.at > resetBetween.to + terms.slackMs || drop > wobble || (drop > 0 && used === 0)) {
    return reset(position, resetBetween, before, sample, terms);
  }
  const move = goOn(position, before, sample, terms);
  // The window has not ended yet, so that it began later than assumed.
  const from = Math.min(resetBetween.to, Math.max(resetBetween.from, sample.at - terms.slackMs));
  return { ...move, position: { ...move.position, resetBetween: { from, to: resetBetween.to } } };
}

/** Explains a sample without the end of a window: the pulls that count can only have increased. */
function goOn(position: Position, before: Sample, sample: Sample, terms: Terms): Move {
  const used = usedIn(sample);
  const spent = Math.max(0, used - position.used);
  const fallen = Math.max(0, position.used - used);
  const isWobble = fallen <= wobbleOf(sample.limit) && position.wobbles < MOST_WOBBLES;
  const undone = isWobble ? takeBack(terms.steps, fallen) : 0;
  const unexplained = isWobble ? 0 : fallen;
  // An unexplained increase counts as the end of a window; the next window begins there.
  const counts = isWobble ? position.used + spent - undone : used;
  const restarts = unexplained > 0 || counts === 0 || position.resetBetween === undefined;
  return {
    position: {
      used: counts,
      resetBetween: restarts ? terms.nextReset(before.at, sample.at, counts) : position.resetBetween,
      wobbles: isWobble && fallen > 0 ? position.wobbles + 1 : 0,
    },
    step: {
      ...stepOf(before, sample),
      spent,
      returned: unexplained,
      unexplained,
      wobble: isWobble ? fallen : 0,
    },
  };
}

/** Removes pulls from the previous step: a decrease that the next reading reverses was no spending. */
function takeBack(steps: Step[], pulls: number): number {
  const step = steps.at(-1);
  const undone = Math.min(pulls, step?.spent ?? 0);
  if (step && undone > 0) steps[steps.length - 1] = { ...step, spent: step.spent - undone };
  return undone;
}

function stepOf(before: Sample, sample: Sample): Step {
  return {
    from: before.at,
    to: sample.at,
    spent: 0,
    untimed: 0,
    returned: 0,
    reset: false,
    unseen: 0,
    unexplained: 0,
    wobble: 0,
    isDryAfter: sample.remaining <= 0,
    logTimely: 0,
  };
}

/** Explains a sample by the end of a window since the previous one: all pulls that count were spent after it. */
function reset(position: Position, ended: Span, before: Sample, sample: Sample, terms: Terms): Move {
  const used = usedIn(sample);
  // Without a visible return, the window may have ended, and the next one begun, before the previous sample.
  const begun = used < position.used ? Math.max(before.at, ended.from) : ended.from;
  const from = Math.min(begun, sample.at);
  const durationMs = sample.at - from;
  const widthMs = Math.max(0, ended.to - Math.max(ended.from, before.at));
  // If the end of the window was known to an hour only, its occurrence in this minute is weak evidence.
  const logTimely = widthMs > durationMs ? Math.log(Math.max(1, durationMs) / widthMs) : 0;
  return {
    position: { used, resetBetween: terms.nextReset(from, sample.at, used), wobbles: 0 },
    step: {
      ...stepOf(before, sample),
      spent: used,
      returned: position.used,
      reset: position.used > 0,
      logTimely,
    },
  };
}
