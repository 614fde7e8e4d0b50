import type { Threshold } from '../../domain/alerts/rules/alert-rule.ts';
import { type Kind, scalarKind } from './kind.ts';

/** A whole number between two bounds, both allowed. */
export function wholeNumber(min: number, max: number): Kind<number> {
  return scalarKind({
    noun: 'a whole number',
    allowed: `a whole number from ${min} to ${max}`,
    parse(value, refuse) {
      if (!Number.isInteger(value)) return undefined;
      const number = Number(value);
      return number >= min && number <= max ? number : refuse('Out of range');
    },
    show: (value) => value,
  });
}

const PERCENT = /^(\d{1,3}(?:\.\d{1,3})?) ?%$/;
/** Larger than any limit that has been seen. */
const MAX_PULLS = 1_000_000;

/** How much is little: a share of the limit, or a number of pulls. */
export const threshold: Kind<Threshold> = scalarKind({
  noun: 'a share or a number of pulls',
  allowed: `a share of the limit from 0.1% to 100%, such as 20%, or a whole number of pulls from 1 to ${MAX_PULLS}`,
  parse(value, refuse) {
    if (typeof value === 'number') {
      if (!Number.isInteger(value)) return undefined;
      return value >= 1 && value <= MAX_PULLS ? { unit: 'pulls', pulls: value } : refuse('Out of range');
    }
    const percent = typeof value === 'string' ? PERCENT.exec(value.trim())?.[1] : undefined;
    if (percent === undefined) return undefined;
    const share = Number(percent) / 100;
    return share >= 0.001 && share <= 1 ? { unit: 'share', share } : refuse('Out of range');
  },
  show: formatThreshold,
});

/** Writes a threshold as it is read: `20%`, `500`. */
export function formatThreshold(value: Threshold): string | number {
  return value.unit === 'pulls' ? value.pulls : `${Number((value.share * 100).toFixed(3))}%`;
}
