import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatFamilies,
  formatHeader,
  formatLabelValue,
  formatSamples,
  MAX_LABEL_LENGTH,
} from '../../src/metrics/exposition-format.ts';
import { PROCESS_FAMILIES } from './exposer.ts';
import { parseLabels } from './parse-exposition.ts';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Texts with many quotes and backslashes, any Unicode, lone surrogates, and long texts. */
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

  test('formatLabelValue() returns a value that parses back to the text, if nothing was cut or replaced', () => {
    const fits = ANY_TEXT.filter((text) => text.length <= MAX_LABEL_LENGTH && !LONE_SURROGATE.test(text));
    fc.assert(
      fc.property(fits, (text) => {
        const line = formatSamples('a', [{ labels: { value: text }, value: 1 }]).slice(0, -1);
        expect(parseLabels(line)).toEqual({ value: text });
      }),
    );
  });

  test('formatLabelValue() returns one line of valid text without a bare quote, of bounded length', () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        const written = formatLabelValue(text);
        expect(written).toMatch(/^(?:\\[\\"n]|[^\\"\n])*$/);
        expect(written).not.toMatch(LONE_SURROGATE);
        expect(written.length).toBeLessThanOrEqual(2 * MAX_LABEL_LENGTH);
      }),
    );
  });

  test('formatLabelValue() returns different values for different texts', () => {
    fc.assert(
      fc.property(ANY_TEXT, ANY_TEXT, (one, other) => {
        expect(formatLabelValue(one) === formatLabelValue(other)).toBe(one === other);
      }),
    );
    const long = 'n'.repeat(1_000);
    expect(formatLabelValue(`${long}1`)).not.toBe(formatLabelValue(`${long}2`));
  });
});

describe('formatHeader()', () => {
  test.each([
    {
      header: { name: 'a_total', type: 'counter', help: 'Help.' },
      text: '# HELP a_total Help.\n# TYPE a_total counter\n',
      openmetrics: '# HELP a Help.\n# TYPE a counter\n',
      why: 'a counter, whose family has no suffix in OpenMetrics',
    },
    {
      header: { name: 'a_seconds_total', type: 'counter', help: 'Help.' },
      text: '# HELP a_seconds_total Help.\n# TYPE a_seconds_total counter\n',
      openmetrics: '# HELP a_seconds Help.\n# TYPE a_seconds counter\n# UNIT a_seconds seconds\n',
      why: 'a counter with a unit',
    },
    {
      header: { name: 'a_total', type: 'gauge', help: 'Help.' },
      text: '# HELP a_total Help.\n# TYPE a_total gauge\n',
      openmetrics: '# HELP a_total Help.\n# TYPE a_total gauge\n',
      why: 'a gauge of another exporter that is named like a counter',
    },
    {
      header: { name: 'a_bytes', type: 'gauge', help: 'A "b" \\ c\nd' },
      text: '# HELP a_bytes A "b" \\\\ c\\nd\n# TYPE a_bytes gauge\n',
      openmetrics: '# HELP a_bytes A \\"b\\" \\\\ c\\nd\n# TYPE a_bytes gauge\n# UNIT a_bytes bytes\n',
      why: 'a help text with quote, backslash and line feed',
    },
  ] as const)('formatHeader() writes $why', ({ header, text, openmetrics }) => {
    expect(formatHeader(header, 'text')).toBe(text);
    expect(formatHeader(header, 'openmetrics')).toBe(openmetrics);
  });
});

describe('formatSamples()', () => {
  test.each([
    { value: 0, written: '0' },
    { value: -0, written: '0' },
    { value: -3, written: '-3' },
    { value: 0.25, written: '0.25' },
    { value: 1795435200.123, written: '1795435200.123' },
    { value: 1e300, written: '1e+300' },
    { value: 4.5e-7, written: '4.5e-7' },
    { value: Number.NaN, written: 'NaN' },
    { value: Number.POSITIVE_INFINITY, written: '+Inf' },
    { value: Number.NEGATIVE_INFINITY, written: '-Inf' },
  ])('formatSamples() writes the value $value as $written', ({ value, written }) => {
    expect(formatSamples('a', [{ labels: {}, value }])).toBe(`a ${written}\n`);
  });

  test('formatSamples() writes labels in their order, and the names of samples', () => {
    const samples = [
      { labels: { b: '1', a: '2' }, value: 1 },
      { name: 'x_sum', labels: { a: '' }, value: 2 },
    ];
    expect(formatSamples('x', samples)).toBe('x{b="1",a="2"} 1\nx_sum{a=""} 2\n');
  });
});

describe('formatFamilies()', () => {
  test('formatFamilies() omits a family without samples', () => {
    expect(formatFamilies(PROCESS_FAMILIES, 'text')).not.toContain('process_absent_bytes');
  });
});
