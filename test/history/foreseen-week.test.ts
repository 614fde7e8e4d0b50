import { describe, expect, test } from 'vitest';
import { createForecastService } from '../../src/history/forecast-service.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { anonymous, MINUTE_MS } from './fixtures.ts';
import { queuedTimers } from './queued-timers.ts';
import { createFixture, DAY_MS, HOUR_MS, left } from './sqlite/sqlite-fixture.ts';

const POLL_MS = 20 * MINUTE_MS;
/** The fixture begins at noon five Mondays before: four whole rushes are seen. */
const MONDAY = Date.UTC(2026, 11, 28);
const SUNDAY_EVENING = MONDAY - 4 * HOUR_MS;

type Fixture = ReturnType<typeof createFixture>;

/**
 * What is left of 100 pulls in fixed windows of six hours that begin at 4, 10, 16 and 22 o'clock: on Mondays 96 pulls go
 * from 8 to 10, before the window ends, and 96 from 10 to 12, in the next one. All other days are idle.
 */
function officeBucket(at: number): number {
  const isMonday = new Date(at).getUTCDay() === 1;
  const hour = (at % DAY_MS) / HOUR_MS;
  if (!isMonday || hour < 8 || hour >= 16) return 100;
  if (hour < 10) return Math.round(100 - (hour - 8) * 48);
  return Math.round(100 - Math.min(2, hour - 10) * 48);
}

/** Polls each credential until then, and tidies up as the hours pass. */
function pollUntil(fixture: Fixture, until: number, credentials: readonly string[] = ['anonymous']) {
  for (; fixture.now() < until; fixture.pass(POLL_MS)) {
    for (const name of credentials) fixture.record(left(officeBucket(fixture.now())), name);
    if (fixture.now() % HOUR_MS === 0) fixture.tick();
  }
}

/** Starts again on the file, and foresees. */
function foresee(fixture: Fixture) {
  fixture.restart();
  const timers = queuedTimers(fixture.now());
  const history = fixture.history();
  const identities = history.states().map(({ identity }) => identity);
  const service = createForecastService({
    clock: { now: () => timers.nowMs, monotonicMs: () => timers.nowMs },
    log: createLogRecorder().log,
    after: timers.after,
    past: history,
  });
  service.apply(identities);
  timers.runAll();
  return service.outlookOf(identities[0]?.name ?? '')?.forecast;
}

function hourOfMonday(at: number | undefined): number {
  return ((at ?? Number.NaN) - MONDAY) / HOUR_MS;
}

describe('createForecastService() on a history of weeks', () => {
  // The time of the query, in hours from Monday 00:00 UTC.
  test.each([
    [-4, 'on Sunday evening'],
    [6, 'early on Monday'],
  ])('foresees the Monday rush at %i h: %s', (hours) => {
    const fixture = createFixture();
    pollUntil(fixture, MONDAY + hours * HOUR_MS);

    const forecast = foresee(fixture);

    if (forecast?.kind !== 'forecast') throw new Error(`No forecast: ${forecast?.kind}`);
    expect(hourOfMonday(forecast.exhaustion?.likely)).toBeGreaterThan(8);
    expect(hourOfMonday(forecast.exhaustion?.likely)).toBeLessThan(13);
  });

  test('foresees no rush without the weeks before', () => {
    const fixture = createFixture();
    fixture.pass(SUNDAY_EVENING - DAY_MS - fixture.now());
    pollUntil(fixture, SUNDAY_EVENING);
    expect(foresee(fixture)).toMatchObject({ kind: 'forecast', exhaustion: null });
  });

  test('counts the pulls of a bucket once, however many credentials see them', () => {
    const names = ['a', 'b'];
    const alone = createFixture({ identities: [anonymous('a')] });
    const shared = createFixture({ identities: names.map((name) => anonymous(name)) });
    pollUntil(alone, SUNDAY_EVENING, ['a']);
    pollUntil(shared, SUNDAY_EVENING, names);
    expect(foresee(shared)).toEqual(foresee(alone));
  });
});
