import { expect, test } from 'vitest';
import { type CountingModel, pullCost } from '../../src/simulator/limits.ts';

/** What a cold pull of a multi-architecture image costs: GET of the index, GET of one manifest. */
test.each<[CountingModel, number, number]>([
  ['per-get', 2, 1],
  ['two-gets', 1, 0.5],
  ['per-architecture', 1, 1],
])('pullCost() by %s: %d for an index and a manifest, %d for a single image', (model, multi, single) => {
  expect(pullCost(model, false) + pullCost(model, true)).toBe(multi);
  expect(pullCost(model, true)).toBe(single);
});
