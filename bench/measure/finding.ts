import { type Spread, spreadOf } from './statistics.ts';
import type { Turn } from './take-turns.ts';

/** One line of the report: what was measured, beside its yardstick where it has one. */
export interface Finding {
  readonly subject: string;
  readonly unit: Unit;
  readonly measured: Spread;
  readonly yardstick: Yardstick | undefined;
  readonly aim: Aim | undefined;
}

/** `rate` is better the greater it is; all others the smaller. */
export type Unit = 'rate' | 'ms' | 's' | 'MiB' | 'B' | 'requests';

/** The bare thing that was measured in turns with ours. */
export interface Yardstick {
  readonly name: string;
  readonly measured: Spread;
  /** Ours divided by the yardstick's, turn by turn: noise that lasts longer than a turn strikes both. */
  readonly ratio: Spread;
}

/** What the measurement is hoped to be. */
export interface Aim {
  /** For people: `at most 2 times`. */
  readonly text: string;
  readonly isMet: boolean;
}

/** A subject measured in turns with its yardstick. The aim is a bound of the median ratio. */
export function compare(
  subject: string,
  unit: Unit,
  yardstick: string,
  turns: readonly Turn<number>[],
  bound?: number,
): Finding {
  const ratio = spreadOf(turns.map(({ ours, theirs }) => ours / theirs));
  return {
    subject,
    unit,
    measured: spreadOf(turns.map(({ ours }) => ours)),
    yardstick: { name: yardstick, measured: spreadOf(turns.map(({ theirs }) => theirs)), ratio },
    aim: bound === undefined ? undefined : ratioAim(unit, ratio.median, bound),
  };
}

/** A subject measured by itself. The aim is a bound of the median; of a count, of the greatest: none may be above it. */
export function observe(subject: string, unit: Unit, values: readonly number[], bound?: number): Finding {
  const measured = spreadOf(values);
  const decisive = unit === 'requests' ? measured.max : measured.median;
  const aim = bound === undefined ? undefined : absoluteAim(unit, decisive, bound);
  return { subject, unit, measured, yardstick: undefined, aim };
}

function ratioAim(unit: Unit, median: number, bound: number): Aim {
  if (unit === 'rate') return { text: `at least ${bound} times`, isMet: median >= bound };
  return { text: `at most ${bound} times`, isMet: median <= bound };
}

function absoluteAim(unit: Unit, value: number, bound: number): Aim {
  if (unit === 'rate') return { text: `at least ${bound.toLocaleString('en-US')}/s`, isMet: value >= bound };
  return { text: `at most ${bound}${unit === 'requests' ? '' : ` ${unit}`}`, isMet: value <= bound };
}
