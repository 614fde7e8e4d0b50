import { formatCount } from '../../domain/wording.ts';

/** A tick of the axis of pulls. */
export interface CountTick {
  /** Position of its text, in per cent. */
  readonly y: string;
  /** Position of its line, in units of the square. */
  readonly units: string;
  readonly words: string;
}

/** A part of the width, in units of the square. */
export interface Box {
  readonly x: string;
  readonly width: string;
}

/** Width and height of the square that shapes are drawn in. */
export const UNITS = 1_000;

/**
 * Returns the box of a time range, at least 1.5 units wide so that it is visible.
 * @param x returns the position of an instant, in units
 */
export function boxOf({ from, to }: { from: number; to: number }, x: (at: number) => number): Box {
  return { x: oneDecimal(x(from)), width: oneDecimal(Math.max(1.5, x(to) - x(from))) };
}

/**
 * Returns ticks for numbers of pulls on an axis.
 * @param top end of the axis, in pulls
 */
export function drawCounts(counts: readonly number[], top: number): CountTick[] {
  return counts.map((pulls) => {
    const units = (1 - pulls / top) * UNITS;
    return { y: percent(units), units: oneDecimal(units), words: formatCount(pulls) };
  });
}

/** Converts a position from units into per cent, with the percent sign. */
export function percent(units: number): string {
  return `${oneDecimal(units / 10)}%`;
}

/** Formats a number with one decimal, enough for a screen. */
export function oneDecimal(value: number): string {
  return String(Math.round(value * 10) / 10);
}
