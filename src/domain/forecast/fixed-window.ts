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
  /** Pulls that count. */
  readonly used: number;
  /** When the window ends; undefined when none is open. */
  readonly resetBetween: Span | undefined;
  /** Readings in a row that were taken for small variations. */
  readonly wobbles: number;
}

interface Move {
  readonly position: Position;
  readonly step: Step;
}

type FixedHypothesis = 'fixed-clock' | 'fixed-first-pull';

/** How the next window of a hypothesis ends, given the sample before its first pull and the one after it. */
type NextReset = (from: number, to: number, used: number) => Span | undefined;

/**
 * Explains a stretch by fixed windows: nothing comes back until the window ends, and then everything does. A window
 * ends at a multiple of its length since the epoch, or that long after its first pull.
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

/** The next multiple of the window; the one just before `at` has been dealt with when `at` is nearly there. */
function clockBoundary(at: number, windowMs: number): Span {
  const boundary = (Math.floor((at + CLOCK_SLACK_MS) / windowMs) + 1) * windowMs;
  return { from: boundary, to: boundary };
}

interface Terms {
  readonly stretch: Stretch;
  readonly nextReset: NextReset;
  readonly slackMs: number;
  /** What has been explained so far. */
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
  // The longer an unseen window is not over, the later it began.
  const from = Math.min(resetBetween.to, Math.max(resetBetween.from, sample.at - terms.slackMs));
  return { ...move, position: { ...move.position, resetBetween: { from, to: resetBetween.to } } };
}

/** No window ended: what counts can only have grown. */
function goOn(position: Position, before: Sample, sample: Sample, terms: Terms): Move {
  const used = usedIn(sample);
  const spent = Math.max(0, used - position.used);
  const fallen = Math.max(0, position.used - used);
  const isWobble = fallen <= wobbleOf(sample.limit) && position.wobbles < MOST_WOBBLES;
  const undone = isWobble ? takeBack(terms.steps, fallen) : 0;
  const unexplained = isWobble ? 0 : fallen;
  // An increase nobody expected is taken for the end of a window: the next one counts from there.
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

/** A dip that the next reading undoes was none. */
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

/** The window ended between the two samples: whatever counts now was spent after that. */
function reset(position: Position, ended: Span, before: Sample, sample: Sample, terms: Terms): Move {
  const used = usedIn(sample);
  // An end that nothing showed may have come, and the next window begun, before the sample that did not show it.
  const begun = used < position.used ? Math.max(before.at, ended.from) : ended.from;
  const from = Math.min(begun, sample.at);
  const durationMs = sample.at - from;
  const widthMs = Math.max(0, ended.to - Math.max(ended.from, before.at));
  // When the end of the window was known to an hour only, that it came in this very minute is worth little.
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
