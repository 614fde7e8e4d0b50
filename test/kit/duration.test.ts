import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationOf, formatDuration, parseDuration } from '../../src/kit/duration.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('parseDuration()', () => {
  test.each<{ text: string; durationMs: number }>([
    { text: '10s', durationMs: 10 * SECOND_MS },
    { text: '5m', durationMs: 5 * MINUTE_MS },
    { text: '1h30m', durationMs: HOUR_MS + 30 * MINUTE_MS },
    { text: '90d', durationMs: 90 * DAY_MS },
    { text: '250ms', durationMs: 250 },
    { text: '1m5ms', durationMs: MINUTE_MS + 5 },
    { text: '2w', durationMs: 14 * DAY_MS },
    { text: '1w1d1h1m1s1ms', durationMs: 8 * DAY_MS + HOUR_MS + MINUTE_MS + SECOND_MS + 1 },
    { text: '0', durationMs: 0 },
    { text: '0s', durationMs: 0 },
    { text: ' 10s\n', durationMs: 10 * SECOND_MS },
    { text: '007s', durationMs: 7 * SECOND_MS },
    { text: '90m', durationMs: 90 * MINUTE_MS },
  ])('reads "$text"', ({ text, durationMs }) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  test.each<{ text: string; why: string }>([
    { text: '', why: 'nothing' },
    { text: ' ', why: 'nothing but white space' },
    { text: '10', why: 'a number without a unit' },
    { text: 's', why: 'a unit without a number' },
    { text: '10 s', why: 'white space inside' },
    { text: '1.5h', why: 'a fraction' },
    { text: '-5m', why: 'negative' },
    { text: '5m1h', why: 'small before large' },
    { text: '5m5m', why: 'a unit twice' },
    { text: '1y', why: 'an unknown unit' },
    { text: '10S', why: 'an upper-case unit' },
    { text: '١0s', why: 'other digits' },
    { text: '9007199254740993ms', why: 'too long to be exact' },
    { text: '99999999999999999999w', why: 'too long' },
    { text: '0x10s', why: 'hexadecimal' },
  ])('rejects "$text": $why', ({ text }) => {
    expect(() => parseDuration(text)).toThrow(SyntaxError);
  });

  test('names the text it rejects', () => {
    expect(() => parseDuration('10')).toThrow('Not a duration: "10"');
  });

  test('gives a whole number of milliseconds, or throws SyntaxError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^(\d{1,18}[wdhms]{1,2}){1,4}$/)), (text) => {
        try {
          const durationMs = parseDuration(text);
          expect(Number.isSafeInteger(durationMs)).toBe(true);
          expect(durationMs).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
    );
  });
});

describe('durationOf()', () => {
  test.each<{ value: unknown; ms: number | undefined }>([
    { value: '1m30s', ms: 90 * SECOND_MS },
    { value: 'soon', ms: undefined },
    { value: 90, ms: undefined },
    { value: undefined, ms: undefined },
  ])('returns $ms for $value', ({ value, ms }) => {
    expect(durationOf(value)).toBe(ms);
  });
});

describe('formatDuration()', () => {
  test.each<{ durationMs: number; text: string }>([
    { durationMs: 5_400_000, text: '1h30m' },
    { durationMs: 14 * DAY_MS, text: '14d' },
    { durationMs: 1, text: '1ms' },
    { durationMs: 61_001, text: '1m1s1ms' },
    { durationMs: 1_499.6, text: '1s500ms' },
    { durationMs: 0, text: '0s' },
    { durationMs: 0.4, text: '0s' },
    { durationMs: -5, text: '0s' },
  ])('writes $durationMs ms as $text', ({ durationMs, text }) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  test('writes what parseDuration() reads as the same', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
      }),
    );
  });
});
