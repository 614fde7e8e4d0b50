import { describe, expect, test } from 'vitest';
import { formatFamilies, formatHeader, formatSamples } from '../../src/metrics/exposition-format.ts';
import { PROCESS_FAMILIES } from './exposer.ts';

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

  test('formatSamples() writes labels in their order, and names of samples that have their own', () => {
    const samples = [
      { labels: { b: '1', a: '2' }, value: 1 },
      { name: 'x_sum', labels: { a: '' }, value: 2 },
    ];
    expect(formatSamples('x', samples)).toBe('x{b="1",a="2"} 1\nx_sum{a=""} 2\n');
  });
});

describe('formatFamilies()', () => {
  test('formatFamilies() does not mention a family without samples', () => {
    expect(formatFamilies(PROCESS_FAMILIES, 'text')).not.toContain('process_absent_bytes');
  });
});
