import { expect, test } from 'vitest';
import { parseIsoTime } from '../../src/cli/iso-time.ts';

test.each([
  ['2026-11-23T21:00:00Z', Date.UTC(2026, 10, 23, 21)],
  ['2026-11-23T21:00:00.125Z', Date.UTC(2026, 10, 23, 21) + 125],
  ['2026-11-23T21:00Z', Date.UTC(2026, 10, 23, 21)],
  ['2026-11-23T22:00:00+01:00', Date.UTC(2026, 10, 23, 21)],
  ['2026-11-23t21:00:00z', Date.UTC(2026, 10, 23, 21)],
])('parseIsoTime() reads %s', (text, at) => {
  expect(parseIsoTime(text)).toBe(at);
});

// A time without its offset would mean another moment on each machine.
test.each([
  '',
  'now',
  '2026-11-23',
  '2026-11-23T21:00:00',
  '2026-13-23T21:00:00Z',
  '1795467600',
  '23.11.2026',
])('parseIsoTime() rejects %j', (text) => {
  expect(parseIsoTime(text)).toBeUndefined();
});
