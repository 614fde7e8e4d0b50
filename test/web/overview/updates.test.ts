import { expect, test } from 'vitest';
import { createOverviewUpdates } from '../../../src/web/overview/updates.ts';
import { webOptions } from '../start-web.ts';
import { metered, NOW, stateAfter } from '../states.ts';

test('forChangedStatuses() returns buckets with stale values, once', () => {
  const states = [
    stateAfter('a', [metered(5, 9, 'x')]),
    stateAfter('b', [metered(5, 9, 'y')], { ageMs: 100_000 }),
  ];
  let now = NOW;
  const updates = createOverviewUpdates({
    sources: webOptions({ states: () => states, clock: { now: () => now, monotonicMs: () => 0 } }),
    feed: { newestId: () => 'run-1' },
    render: (_, model) => JSON.stringify(model),
    faviconOf: (tone) => tone,
  });
  const cardsOf = (text: string) => JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '').cards.length;

  expect(cardsOf(updates.forCredentials(new Set(['a', 'b'])))).toBe(2);
  expect(cardsOf(updates.forChangedStatuses())).toBe(0);
  now += 120_000;
  expect(cardsOf(updates.forChangedStatuses())).toBe(1);
  expect(cardsOf(updates.forChangedStatuses())).toBe(0);
});
