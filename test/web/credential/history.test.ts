import { describe, expect, test } from 'vitest';
import {
  fittingRange,
  presetLinks,
  readDetailRange,
  stepLinks,
} from '../../../src/web/credential/history.ts';
import { HOUR_MS } from '../history-points.ts';
import { NOW } from '../states.ts';

const iso = (at: number) => new Date(at).toISOString();

describe('readDetailRange()', () => {
  // query, from before now in hours, to before now in hours, preset
  test.each([
    [{}, 24, 0, '24h'],
    [{ range: '1h' }, 1, 0, '1h'],
    [{ range: '90d' }, 2160, 0, '90d'],
    [{ range: '' }, 24, 0, '24h'],
    [{ from: iso(NOW - 3 * HOUR_MS) }, 3, 0, undefined],
    [{ from: iso(NOW - 3 * HOUR_MS), to: iso(NOW - HOUR_MS), range: '1h' }, 3, 1, undefined],
    [{ from: '2026-11-23T18:00', to: '2026-11-23T20:00' }, 3, 1, undefined],
    [{ to: iso(NOW - HOUR_MS) }, 25, 1, undefined],
  ] as const)('%j', (query, from, to, preset) => {
    const range = readDetailRange(query, NOW);
    expect(range).toEqual({
      from: NOW - from * HOUR_MS,
      to: NOW - to * HOUR_MS,
      preset,
      isLive: to === 0,
      problem: undefined,
    });
  });

  // query, the text of the page instead
  test.each([
    [{ range: '2h' }, 'allowed are 1h, 6h, 24h, 7d, 30d, 90d, or from and to'],
    [{ range: 'constructor' }, 'There is no such range'],
    [{ range: ['1h', '6h'] }, 'There is no such range'],
    [{ from: 'yesterday' }, 'The parameter from is not a time: "yesterday"'],
    [{ from: iso(NOW), to: iso(NOW - HOUR_MS) }, 'from must be before to'],
  ])('complains about %j, and shows a day', (query, problem) => {
    const range = readDetailRange(query, NOW);
    expect(range.problem).toContain(problem);
    expect([range.preset, range.from]).toEqual(['24h', NOW - 24 * HOUR_MS]);
  });
});

describe('fittingRange()', () => {
  // the default or requested range, hours since the first result, the range that is shown
  test.each([
    [{}, 0.5, '1h'],
    [{}, 3, '6h'],
    [{}, 7, '24h'],
    [{}, undefined, '24h'],
    [{ range: '7d' }, 0.5, '7d'],
  ] as const)('%j, first result %s hours ago: %s', (query, hours, preset) => {
    const firstAt = hours === undefined ? undefined : NOW - hours * HOUR_MS;
    expect(fittingRange(readDetailRange(query, NOW), firstAt, NOW).preset).toBe(preset);
  });
});

describe('stepLinks()', () => {
  const parse = (query: string | undefined) => {
    const search = new URLSearchParams(query);
    return query && ['from', 'to'].map((name) => (NOW - Date.parse(search.get(name) ?? '')) / HOUR_MS);
  };

  test('moves and zooms around the middle of a past range', () => {
    const range = readDetailRange({ from: iso(NOW - 12 * HOUR_MS), to: iso(NOW - 8 * HOUR_MS) }, NOW);
    const steps = stepLinks(range, NOW);
    expect(parse(steps.earlier)).toEqual([14, 10]);
    expect(parse(steps.later)).toEqual([10, 6]);
    expect(parse(steps.closer)).toEqual([11, 9]);
    expect(parse(steps.wider)).toEqual([14, 6]);
  });

  test('keeps the end of a live range, and goes no later than now', () => {
    const steps = stepLinks(readDetailRange({ range: '6h' }, NOW), NOW);
    expect(steps.later).toBe(undefined);
    expect(parse(steps.closer)).toEqual([3, 0]);
    expect(parse(steps.wider)).toEqual([9, 0]);
    const near = readDetailRange({ from: iso(NOW - 5 * HOUR_MS), to: iso(NOW - HOUR_MS) }, NOW);
    expect(parse(stepLinks(near, NOW).later)).toEqual([4, 0]);
  });

  test('ends where there is nothing more to see', () => {
    const short = readDetailRange({ from: iso(NOW - 6 * 60_000) }, NOW);
    expect(stepLinks(short, NOW).closer).toBe(undefined);
    const long = readDetailRange({ from: iso(NOW - 400 * 24 * HOUR_MS) }, NOW);
    expect(stepLinks(long, NOW).wider).toBe(undefined);
  });
});

test('presetLinks() marks the one that is shown', () => {
  const links = presetLinks(readDetailRange({ range: '7d' }, NOW));
  expect(links.filter(({ isCurrent }) => isCurrent).map(({ query }) => query)).toEqual(['?range=7d']);
  expect(links.length).toBe(6);
});
