import { describe, expect, test } from 'vitest';
import type { Outlook } from '../../../src/domain/credential-snapshot.ts';
import { type CredentialState, initialState } from '../../../src/domain/credential-state.ts';
import { STATUSES } from '../../../src/domain/status.ts';
import { toCredentialCard } from '../../../src/web/overview/credential-card.ts';
import { foreseen } from '../../domain/forecasts.ts';
import { failure, metered, NOW, STATE_IN, snapshotOf, stateAfter } from '../states.ts';

function card(state: CredentialState, now = NOW, outlook?: Outlook) {
  return toCredentialCard(snapshotOf(state, outlook, now), [state.identity.name], now);
}

describe('toCredentialCard()', () => {
  // status, what the large text and its company say, how far the bar is filled, what is wrong
  test.each([
    ['exhausted', '0 left of 100 pulls per 6 hours', '0%', ['No pulls are left.']],
    [
      'blocked',
      'Not known how many pulls are left',
      undefined,
      ['Docker Hub refuses requests from this address for a while.'],
    ],
    ['rejected', 'Not known how many pulls are left', undefined, ['Docker Hub rejects this login.']],
    [
      'downgraded',
      '64 left of 100 pulls per 6 hours',
      '64%',
      ['Docker Hub meters this login as if it were anonymous.'],
    ],
    ['failing', '150 were left of 200 pulls per hour', '75%', ['Docker Hub did not answer in time.']],
    ['low', '12 left of 100 pulls per hour', '12%', []],
    ['waiting', 'Not known until the first answer', undefined, []],
    ['ok', '176 left of 200 pulls per hour', '88%', []],
    ['unlimited', 'No limit on pulls', '100%', []],
  ] as const)('finishes a credential that is %s', (status, words, filled, meanings) => {
    const { amount, problems, ...rest } = card(STATE_IN[status]);
    expect(rest.status).toBe(status);
    expect([amount.remaining, amount.rest, amount.window].filter(Boolean).join(' ')).toBe(words);
    expect(amount.filled).toBe(filled);
    expect(problems.map(({ meaning }) => meaning)).toEqual(meanings);
  });

  test('gives every status words, an icon and a tone of its own', () => {
    const states = STATUSES.map((status) => card(STATE_IN[status]).state);
    expect(new Set(states.map(({ label }) => label)).size).toBe(STATUSES.length);
    expect(new Set(states.map(({ icon }) => icon)).size).toBe(STATUSES.length);
  });

  test('states when probes failed after the last answer', () => {
    const { lastAnswer: answered, lastAttempt: asked } = card(STATE_IN.failing);
    expect([answered?.text, asked?.text]).toEqual(['72 seconds ago', '12 seconds ago']);
  });

  test('does not repeat the time of a probe that was answered', () => {
    expect(card(STATE_IN.ok).lastAttempt).toBeUndefined();
  });

  test('drops an old number instead of showing it, and reports it', () => {
    const { amount, status, problems } = card(STATE_IN.ok, NOW + 600_000);
    expect(amount.remaining).toBe('Not known');
    expect(status).toBe('failing');
    expect(problems[0]?.meaning).toBe('The newest answer is too old.');
  });

  test('names everything that is wrong at once, the newest probe first', () => {
    const state = stateAfter('ci', [metered(0, 100), failure('reset')], { hasLogin: true });
    expect(card(state).problems.map(({ meaning }) => meaning)).toEqual([
      'The connection was cut before the answer was complete.',
      'No pulls are left.',
      'Docker Hub meters this login as if it were anonymous.',
    ]);
  });

  // remaining, limit, how far the bar is filled: it never leaves its track
  test.each([
    [150, 100, '100%'],
    [-534, 600, '0%'],
    [0, 0, '0%'],
    [1, 3, '33.3%'],
  ])('fills the bar of %d of %d to %s', (remaining, limit, filled) => {
    expect(card(stateAfter('a', [metered(remaining, limit)])).amount.filled).toBe(filled);
  });

  test('shows a detail of 6,000 characters as one of 400', () => {
    const [problem] = card(stateAfter('a', [failure('invalid_header', 'x'.repeat(6_000))])).problems;
    expect(problem?.detail).toBe(`${'x'.repeat(400)}…`);
  });

  test('states what is to be expected, and nothing before it is foreseen', () => {
    const outlook = { forecast: foreseen(NOW), pool: undefined };
    expect(card(STATE_IN.ok, NOW, outlook).outlook).toBe('Used up in 40 minutes to 2 hours');
    expect(card(STATE_IN.ok).outlook).toBeUndefined();
  });

  test('names a pool of addresses as such', () => {
    const pool = { sources: ['192.0.2.1', '192.0.2.2', '192.0.2.3'], switches: 9, revisits: 7, answers: 20 };
    const { source } = card(STATE_IN.low, NOW, { forecast: foreseen(NOW), pool });
    expect(source?.changes).toBe('One of 3 that it changes between');
  });

  test('removes the marks from a name that would reverse the text around it', () => {
    const state = initialState({ name: 'a\u202Eb', hasLogin: false, fingerprint: '' });
    expect(card(state).name).toBe('a b');
  });
});
