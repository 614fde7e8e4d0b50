import { describe, expect, test } from 'vitest';
import type { Outlook } from '../../../src/domain/credential-snapshot.ts';
import type { CredentialState } from '../../../src/domain/credential-state.ts';
import { BLOCKS, FAILURES } from '../../../src/domain/failure.ts';
import { toCredentialJson } from '../../../src/web/api/credential-json.ts';
import { foreseen } from '../../domain/forecasts.ts';
import { NOW, STATE_IN, viewOf } from '../states.ts';

function json(state: CredentialState, now = NOW, outlook?: Outlook, names = [state.identity.name]) {
  return toCredentialJson(viewOf(state, outlook, now), names);
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

  test('writes null once a value is too old to be believed', () => {
    expect(json(STATE_IN.ok, NOW + 600_000)).toMatchObject({ ...UNKNOWN, up: false, standing: 'failing' });
  });

  test('writes what is foreseen of the bucket', () => {
    const { forecast } = json(STATE_IN.ok, NOW, { forecast: foreseen(NOW), pool: undefined });
    expect(forecast).toMatchObject({ kind: 'forecast', rate_per_hour: 62.3 });
  });

  test('forgets a forecast together with the values it rests on', () => {
    const outlook = { forecast: foreseen(NOW), pool: undefined };
    expect(json(STATE_IN.ok, NOW + 600_000, outlook)).toMatchObject(UNKNOWN);
  });

  test('counts a thousand credentials of one bucket, and names a hundred', () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `runner-${i}`);
    const { bucket } = json(STATE_IN.ok, NOW, undefined, names);
    expect(bucket).toMatchObject({ size: 1_000, credentials: names.slice(0, 100) });
  });

  test('names the sources that a credential changes between', () => {
    const pool = { sources: ['192.0.2.1', '192.0.2.2'], switches: 5, revisits: 4, answers: 20 };
    const { bucket } = json(STATE_IN.low, NOW, { forecast: foreseen(NOW), pool });
    expect(bucket?.pool).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  test('tells unlimited from unknown', () => {
    expect(json(STATE_IN.unlimited)).toMatchObject({ enforced: false, remaining: null, limit: null });
  });

  test('says why the newest probe failed, and keeps the last value beside it', () => {
    expect(json(STATE_IN.failing)).toMatchObject({
      up: false,
      remaining: 150,
      failure: { reason: 'timeout', ...FAILURES.timeout, detail: 'No answer within 10 s' },
      last_poll: '2026-11-23T20:59:48.000Z',
      last_success: '2026-11-23T20:58:48.000Z',
    });
  });

  test('says why the hub refuses to talk', () => {
    expect(json(STATE_IN.blocked)).toMatchObject({
      ...UNKNOWN,
      failure: null,
      blocked: { reason: 'abuse', ...BLOCKS.abuse, retry_after_seconds: 60 },
    });
  });
});
