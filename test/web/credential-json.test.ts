import { describe, expect, test } from 'vitest';
import { BLOCKS } from '../../src/domain/block.ts';
import type { CredentialState } from '../../src/domain/credential-state.ts';
import { viewCredential } from '../../src/domain/credential-view.ts';
import { FAILURES } from '../../src/domain/failure.ts';
import { toCredentialJson } from '../../src/web/credential-json.ts';
import { NOW, STATE_IN } from './states.ts';

function json(state: CredentialState, now = NOW) {
  return toCredentialJson(viewCredential(state, now));
}

const UNKNOWN = { remaining: null, limit: null, window_seconds: null, source: null, enforced: null };

describe('toCredentialJson()', () => {
  test('writes everything that is known', () => {
    expect(json(STATE_IN.ok)).toEqual({
      name: 'team',
      login: true,
      standing: 'ok',
      up: true,
      remaining: 176,
      limit: 200,
      window_seconds: 3_600,
      source: { value: 'acmeteam', kind: 'account' },
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
