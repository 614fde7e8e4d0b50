import { describe, expect, test } from 'vitest';
import {
  createSilence,
  isActiveFor,
  type SilenceRequest,
} from '../../../../src/domain/alerts/lifecycle/silence.ts';
import { accountAlert, LOW } from '../sample-alerts.ts';
import { NOW } from '../snapshots.ts';

const HOUR_MS = 3_600_000;
const RULES = ['RateLimitExhausted', 'RateLimitLow'];
const WISH: SilenceRequest = {
  kind: 'silence',
  subjectKey: 'source a',
  rule: undefined,
  author: ' Ada ',
  comment: ' Moving the cluster ',
  durationMs: HOUR_MS,
};

describe('createSilence()', () => {
  test('makes a silence that ends', () => {
    expect(createSilence(WISH, 'id', RULES, NOW)).toEqual({
      id: 'id',
      kind: 'silence',
      subjectKey: 'source a',
      rule: undefined,
      author: 'Ada',
      comment: 'Moving the cluster',
      startsAt: NOW,
      endsAt: NOW + HOUR_MS,
    });
  });

  test.each<[Partial<SilenceRequest>, string]>([
    [{ durationMs: 59_999 }, 'A silence must last 1 minute to 30 days: 59999 ms'],
    [{ durationMs: 31 * 24 * HOUR_MS }, 'A silence must last 1 minute to 30 days: 2678400000 ms'],
    [{ durationMs: Number.NaN }, 'A silence must last 1 minute to 30 days: NaN ms'],
    [{ author: ' ' }, 'The author must have 1 to 100 characters: 0'],
    [{ author: 'a'.repeat(101) }, 'The author must have 1 to 100 characters: 101'],
    [{ comment: 'c'.repeat(501) }, 'The comment must have at most 500 characters: 501'],
    [{ subjectKey: '' }, 'The subject must have 1 to 300 characters: 0'],
    [{ rule: 'Nope' }, 'Unknown rule: "Nope". Known rules: RateLimitExhausted, RateLimitLow'],
  ])('refuses %o', (difference, message) => {
    expect(() => createSilence({ ...WISH, ...difference }, 'id', RULES, NOW)).toThrow(
      new RangeError(message),
    );
  });
});

describe('isActiveFor()', () => {
  const silence = createSilence(WISH, 'id', RULES, NOW);

  test.each([
    ['its bucket', accountAlert('a'), NOW, true],
    ['another rule of its bucket', accountAlert('a', LOW), NOW, true],
    ['another bucket', accountAlert('b'), NOW, false],
    ['its bucket, when it has ended', accountAlert('a'), NOW + HOUR_MS, false],
  ])('%s', (_, alert, now, held) => {
    expect(isActiveFor(silence, alert, now)).toBe(held);
  });

  test('one rule only where it names one', () => {
    const narrow = { ...silence, rule: 'RateLimitLow' };
    expect(isActiveFor(narrow, accountAlert('a', LOW), NOW)).toBe(true);
    expect(isActiveFor(narrow, accountAlert('a'), NOW)).toBe(false);
  });
});
