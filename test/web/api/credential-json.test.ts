import { describe, expect, test } from 'vitest';
import type { Outlook } from '../../../src/domain/credential-snapshot.ts';
import type { CredentialState } from '../../../src/domain/credential-state.ts';
import { BLOCKS, FAILURES } from '../../../src/domain/failure.ts';
import type { Forecast } from '../../../src/domain/forecast/forecast.ts';
import { toCredentialJson, toForecastJson } from '../../../src/web/api/credential-json.ts';
import { foreseen, usedUp } from '../../domain/forecasts.ts';
import { NOW, STATE_IN, snapshotOf } from '../states.ts';

const NOTHING = {
  at: null,
  rate_per_hour: null,
  rate_per_hour_range: null,
  exhaustion: null,
  risk: null,
  refill: null,
  window: null,
  reason: null,
};

function forecastJson(forecast: Forecast) {
  return toForecastJson({ forecast, pool: undefined });
}

describe('toForecastJson()', () => {
  test('writes everything that is foreseen', () => {
    const exhaustion = { earliest: NOW + 60_000, likely: NOW + 120_000, latest: null };
    expect(forecastJson(foreseen(NOW, { exhaustion }))).toEqual({
      kind: 'forecast',
      at: '2026-11-23T21:00:00.000Z',
      rate_per_hour: 62.3,
      rate_per_hour_range: { low: 30, high: 110 },
      exhaustion: {
        earliest: '2026-11-23T21:01:00.000Z',
        likely: '2026-11-23T21:02:00.000Z',
        latest: null,
      },
      risk: 0.99,
      refill: { earliest: '2026-11-23T21:50:00.000Z', latest: '2026-11-23T22:01:00.000Z' },
      window: { kind: 'sliding', weight: 0.813 },
      reason: null,
    });
  });

  test('states since when a bucket is exhausted', () => {
    const since = '2026-11-23T20:48:00.000Z';
    expect(forecastJson(usedUp(NOW))).toMatchObject({
      kind: 'exhausted',
      exhaustion: { earliest: since, likely: since, latest: since },
      rate_per_hour: null,
      risk: 1,
    });
  });

  test('states what is known before a rate is', () => {
    const forecast = { ...foreseen(NOW), kind: 'too-little-data', samples: 3, neededSamples: 5 } as const;
    expect(forecastJson(forecast)).toMatchObject({
      kind: 'too_little_data',
      rate_per_hour: null,
      exhaustion: null,
      refill: { latest: '2026-11-23T22:01:00.000Z' },
      reason: '3 of 5 samples',
    });
  });

  test.each([
    [{ kind: 'unlimited' }, { ...NOTHING, kind: 'unlimited' }],
    [
      { kind: 'unknown', reason: 'no_window' },
      { ...NOTHING, kind: 'unknown', reason: 'no_window' },
    ],
  ] as const)('writes null where nothing is known: %o', (forecast, written) => {
    expect(forecastJson(forecast)).toEqual(written);
  });
});

function json(state: CredentialState, now = NOW, outlook?: Outlook, names = [state.identity.name]) {
  return toCredentialJson(snapshotOf(state, outlook, now), names);
}

const UNKNOWN = {
  remaining: null,
  limit: null,
  window_seconds: null,
  source: null,
  bucket: null,
  forecast: null,
  enforced: null,
};

describe('toCredentialJson()', () => {
  test('writes everything that is known', () => {
    expect(json(STATE_IN.ok)).toEqual({
      name: 'team',
      labels: null,
      login: true,
      standing: 'ok',
      up: true,
      remaining: 176,
      limit: 200,
      window_seconds: 3_600,
      source: { value: 'acmeteam', kind: 'account' },
      bucket: { source: 'acmeteam', size: 1, credentials: ['team'], pool: null },
      forecast: null,
      enforced: true,
      downgraded: false,
      blocked: null,
      failure: null,
      last_poll: '2026-11-23T20:59:48.000Z',
      last_success: '2026-11-23T20:59:48.000Z',
    });
  });

  test('writes null before the first probe, never 0', () => {
    expect(json(STATE_IN.waiting)).toMatchObject({
      ...UNKNOWN,
      up: null,
      last_poll: null,
      last_success: null,
    });
  });

  test('writes null once a value has expired', () => {
    expect(json(STATE_IN.ok, NOW + 600_000)).toMatchObject({ ...UNKNOWN, up: false, standing: 'failing' });
  });

  test('writes the forecast of the bucket', () => {
    const { forecast } = json(STATE_IN.ok, NOW, { forecast: foreseen(NOW), pool: undefined });
    expect(forecast).toMatchObject({ kind: 'forecast', rate_per_hour: 62.3 });
  });

  test('removes a forecast when its values expire', () => {
    const outlook = { forecast: foreseen(NOW), pool: undefined };
    expect(json(STATE_IN.ok, NOW + 600_000, outlook)).toMatchObject(UNKNOWN);
  });

  test('counts 1,000 credentials of one bucket, and names 100', () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `runner-${i}`);
    const { bucket } = json(STATE_IN.ok, NOW, undefined, names);
    expect(bucket).toMatchObject({ size: 1_000, credentials: names.slice(0, 100) });
  });

  test('names the sources between which a credential alternates', () => {
    const pool = { sources: ['192.0.2.1', '192.0.2.2'], switches: 5, revisits: 4, answers: 20 };
    const { bucket } = json(STATE_IN.low, NOW, { forecast: foreseen(NOW), pool });
    expect(bucket?.pool).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  test('distinguishes unlimited from unknown', () => {
    expect(json(STATE_IN.unlimited)).toMatchObject({ enforced: false, remaining: null, limit: null });
  });

  test('writes why the newest probe failed, and the last value', () => {
    expect(json(STATE_IN.failing)).toMatchObject({
      up: false,
      remaining: 150,
      failure: { reason: 'timeout', ...FAILURES.timeout, detail: 'No answer within 10 s' },
      last_poll: '2026-11-23T20:59:48.000Z',
      last_success: '2026-11-23T20:58:48.000Z',
    });
  });

  test('writes why the hub blocks', () => {
    expect(json(STATE_IN.blocked)).toMatchObject({
      ...UNKNOWN,
      failure: null,
      blocked: { reason: 'abuse', ...BLOCKS.abuse, retry_after_seconds: 60 },
    });
  });
});
