import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSamples } from '../../src/metrics/exposition-format.ts';
import { formatLabelValue, MAX_LABEL_LENGTH } from '../../src/metrics/label-value.ts';
import { parseLabels } from './parse-exposition.ts';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Texts of everything: quotes and backslashes often, any Unicode, lone surrogates, and long ones. */
const ANY_TEXT = fc.oneof(
  fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', 'é', '😀', '\ud800', '\udc00', ',', '}', '=') }),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ minLength: MAX_LABEL_LENGTH - 2, maxLength: 2 * MAX_LABEL_LENGTH }),
);

describe('formatLabelValue()', () => {
  test.each([
    { text: 'acme-ci', written: 'acme-ci', why: 'a plain value' },
    { text: '', written: '', why: 'no value' },
    { text: 'a"b', written: 'a\\"b', why: 'a quote' },
    { text: 'a\\nb', written: 'a\\\\nb', why: 'a backslash' },
    { text: 'a\nb', written: 'a\\nb', why: 'a line feed' },
    { text: 'käse 😀', written: 'käse 😀', why: 'Unicode' },
    { text: 'n'.repeat(255), written: 'n'.repeat(255), why: 'the longest value' },
    { text: 'n'.repeat(256), written: `${'n'.repeat(246)}~fda476ec`, why: 'one that is too long' },
    { text: '\ud800', written: '\ufffd~205022e3', why: 'invalid UTF-16' },
  ])('formatLabelValue() writes $why', ({ text, written }) => {
    expect(formatLabelValue(text)).toBe(written);
  });

  test('formatLabelValue() gives what reads back as the text, when nothing had to go', () => {
    const fits = ANY_TEXT.filter((text) => text.length <= MAX_LABEL_LENGTH && !LONE_SURROGATE.test(text));
    fc.assert(
      fc.property(fits, (text) => {
        const line = formatSamples('a', [{ labels: { value: text }, value: 1 }]).slice(0, -1);
        expect(parseLabels(line)).toEqual({ value: text });
      }),
    );
  });

  test('formatLabelValue() gives one line of valid text with no bare quote, of bounded length', () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        const written = formatLabelValue(text);
        expect(written).toMatch(/^(?:\\[\\"n]|[^\\"\n])*$/);
        expect(written).not.toMatch(LONE_SURROGATE);
        expect(written.length).toBeLessThanOrEqual(2 * MAX_LABEL_LENGTH);
      }),
    );
  });

  test('formatLabelValue() keeps different texts apart', () => {
    fc.assert(
      fc.property(ANY_TEXT, ANY_TEXT, (one, other) => {
        expect(formatLabelValue(one) === formatLabelValue(other)).toBe(one === other);
      }),
    );
    const long = 'n'.repeat(1_000);
    expect(formatLabelValue(`${long}1`)).not.toBe(formatLabelValue(`${long}2`));
  });
});
