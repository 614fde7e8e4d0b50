import { describe, expect, test } from 'vitest';
import { trackSliding } from '../../../src/domain/forecast/sliding-track.ts';
import { logLikelihood, spendingLawOf } from '../../../src/domain/forecast/spending-law.ts';
import type { Step } from '../../../src/domain/forecast/window-track.ts';
import { minutely, series, stretchFrom } from './series.ts';

// Three pulls every fourth minute.
const law = spendingLawOf(
  trackSliding(stretchFrom(minutely(series(41, (i) => 100 - 3 * Math.floor(i / 4))))),
);
const QUIET: Step = {
  from: 0,
  to: 60_000,
  spent: 0,
  untimed: 0,
  returned: 0,
  reset: false,
  unseen: 0,
  unexplained: 0,
  wobble: 0,
  isDryAfter: false,
  logTimely: 0,
};

describe('logLikelihood()', () => {
  // Two steps of which the first is the likelier one, and why.
  test.each<[Partial<Step>, Partial<Step>, string]>([
    [{ spent: 3 }, { spent: 40 }, 'bursts have a usual size'],
    [{ spent: 40, isDryAfter: true }, { spent: 40 }, 'nobody knows what an exhausted bucket was asked for'],
    [{ spent: 40, untimed: 40 }, { spent: 40 }, 'pulls of unknown time need not have come at once'],
    [{}, { wobble: 1 }, 'small variations are rare'],
    [{ wobble: 2 }, { unexplained: 2 }, 'what stays without a reason is rarer'],
    [{ unseen: 2 }, { unseen: 30 }, 'pulls that nobody saw being made seldom return together'],
    [{}, { logTimely: -4 }, 'a window of unknown end seldom ends just now'],
  ])('%j before %j: %s', (likelier, other) => {
    expect(logLikelihood(law, { ...QUIET, ...likelier })).toBeGreaterThan(
      logLikelihood(law, { ...QUIET, ...other }),
    );
  });
});

test('logLikelihood() does not favour a hypothesis for seeing less of usual spending', () => {
  expect(logLikelihood(law, { ...QUIET, spent: 3 })).toBe(logLikelihood(law, QUIET));
});
