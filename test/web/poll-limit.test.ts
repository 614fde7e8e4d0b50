import { expect, test } from 'vitest';
import { createPollLimit } from '../../src/web/poll-limit.ts';

function limitAt() {
  const time = { nowMs: 1_000_000 };
  return { time, limit: createPollLimit({ monotonicMs: () => time.nowMs }) };
}

test('take() lets one credential be asked every ten seconds', () => {
  const { time, limit } = limitAt();
  expect([limit.take('a'), limit.take('b'), limit.take('a')]).toEqual([0, 0, 10_000]);
  time.nowMs += 9_999;
  expect(limit.take('a')).toBe(1);
  time.nowMs += 1;
  expect(limit.take('a')).toBe(0);
});

test('take() lets thirty be asked in a minute, of all together', () => {
  const { time, limit } = limitAt();
  const taken = Array.from({ length: 40 }, (_, i) => limit.take(`c${i}`));
  expect(taken.filter((waitMs) => waitMs === 0)).toHaveLength(30);
  expect(taken.at(-1)).toBe(60_000);
  time.nowMs += 60_000;
  expect(limit.take('c39')).toBe(0);
});
