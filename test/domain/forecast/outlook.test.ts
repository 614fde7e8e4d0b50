import { describe, expect, test } from 'vitest';
import { viewCredential } from '../../../src/domain/credential-view.ts';
import type { Forecast } from '../../../src/domain/forecast/forecast.ts';
import { foreseeView } from '../../../src/domain/forecast/outlook.ts';
import { foreseen, ranDry } from '../forecasts.ts';
import { ANONYMOUS, MINUTE_MS, metered, START_AT, stateAfter, UNMETERED } from '../observations.ts';

const LIMITED = [metered(100, 76)];
const DRY = [metered(100, 0)];
const FORECAST = foreseen(START_AT);
const EXHAUSTED = ranDry(START_AT);
const UNLIMITED: Forecast = { kind: 'unlimited' };
const UNKNOWN: Forecast = { kind: 'unknown', reason: 'stale' };

describe('foreseeView()', () => {
  // what the newest answer says, how old it is in minutes, the newest forecast, and whether it is told
  test.each([
    ['limited', LIMITED, 0, FORECAST, true],
    ['limited, too long ago', LIMITED, 3, FORECAST, false],
    ['limited, but not for the forecast', LIMITED, 0, UNLIMITED, false],
    ['limited, with nothing to say', LIMITED, 0, UNKNOWN, true],
    ['limited again, or it seems so', LIMITED, 0, EXHAUSTED, true],
    ['exhausted', DRY, 0, EXHAUSTED, true],
    ['exhausted since the forecast', DRY, 0, FORECAST, false],
    ['unlimited', [UNMETERED], 0, UNLIMITED, true],
    ['unlimited since the forecast', [UNMETERED], 0, FORECAST, false],
    ['nothing yet', [], 0, UNKNOWN, false],
  ])('foreseeView() of a credential that is %s', (_, readings, minutes, forecast, isTold) => {
    const view = viewCredential(stateAfter(ANONYMOUS, readings), START_AT + minutes * MINUTE_MS);
    const outlook = { forecast, pool: undefined };
    expect(foreseeView(view, outlook)).toEqual({ ...view, outlook: isTold ? outlook : undefined });
  });

  test('foreseeView() says nothing of the future before the first forecast', () => {
    const view = viewCredential(stateAfter(ANONYMOUS, LIMITED), START_AT);
    expect(foreseeView(view, undefined).outlook).toBeUndefined();
  });
});
