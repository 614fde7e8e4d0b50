import type { Threshold } from '../../domain/alerts/rules/alert-rule.ts';
import { type Kind, scalarKind } from './kind.ts';

/** Creates a kind of whole numbers from `min` to `max`. */
export function wholeNumber(min: number, max: number): Kind<number> {
  return scalarKind({
    noun: 'a whole number',
    allowed: `a whole number from ${min} to ${max}`,
    schema: { type: 'integer', minimum: min, maximum: max },
    parse(value, reject) {
      if (!Number.isInteger(value)) return undefined;
      const number = Number(value);
      return number >= min && number <= max ? number : reject('Out of range');
    },
    show: (value) => value,
  });
}

const PERCENT = /^(\d{1,3}(?:\.\d{1,3})?) ?%$/;
/** The maximum number of pulls, larger than any limit of Docker Hub. */
const MAX_PULLS = 1_000_000;

/** A threshold of remaining pulls: a share of the limit, or a number of pulls. */
export const threshold: Kind<Threshold> = scalarKind({
  noun: 'a share or a number of pulls',
  allowed: `a share of the limit from 0.1% to 100%, such as 20%, or a whole number of pulls from 1 to ${MAX_PULLS}`,
  schema: {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: MAX_PULLS },
      { type: 'string', pattern: '^\\s*\\d{1,3}(\\.\\d{1,3})? ?%\\s*$' },
    ],
  },
  parse(value, reject) {
    if (typeof value === 'number') {
      if (!Number.isInteger(value)) return undefined;
      return value >= 1 && value <= MAX_PULLS ? { unit: 'pulls', pulls: value } : reject('Out of range');
    }
    const percent = typeof value === 'string' ? PERCENT.exec(value.trim())?.[1] : undefined;
    if (percent === undefined) return undefined;
    const share = Number(percent) / 100;
    return share >= 0.001 && share <= 1 ? { unit: 'share', share } : reject('Out of range');
  },
  show: formatThreshold,
});

/** Formats a threshold in the form of the configuration: `20%`, `500`. */
export function formatThreshold(value: Threshold): string | number {
  return value.unit === 'pulls' ? value.pulls : `${Number((value.share * 100).toFixed(3))}%`;
}
