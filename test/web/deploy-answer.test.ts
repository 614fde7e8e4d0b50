import { describe, expect, test } from 'vitest';
import type { CredentialState } from '../../src/domain/credential-state.ts';
import { viewCredential } from '../../src/domain/credential-view.ts';
import { answerDeploy } from '../../src/web/deploy-answer.ts';
import { failure, metered, NOW, STATE_IN, stateAfter } from './states.ts';

const { exhausted, blocked, rejected, downgraded, failing, low, waiting, ok, unlimited } = STATE_IN;

function answer(states: readonly CredentialState[]) {
  return answerDeploy(states.map((state) => viewCredential(state, NOW)));
}

describe('answerDeploy()', () => {
  // states, verdict, headline, reason
  test.each([
    [[], 'unknown', 'No credential is configured', 'Add one under credentials in the configuration.'],
    [[waiting], 'unknown', 'One moment', 'Docker Hub is being asked for the first time.'],
    [[ok], 'yes', 'Yes, you can deploy', '176 of 200 pulls are left.'],
    [[unlimited], 'yes', 'Yes, you can deploy', 'No limit applies.'],
    [[ok, unlimited], 'yes', 'Yes, you can deploy', 'Least is left with team: 176 of 200 pulls.'],
    [[low], 'careful', 'Only something small', 'anonymous: low. Best now: anonymous, 12 of 100 pulls left.'],
    [
      [low, ok],
      'careful',
      'Yes, but look which credential you use',
      'anonymous: low. Least is left with anonymous: 12 of 100 pulls.',
    ],
    [[downgraded], 'careful', 'Only something small', 'ci: downgraded. Best now: ci, 64 of 100 pulls left.'],
    [
      [ok, failing],
      'careful',
      'Yes, as far as is known',
      'nightly: no answer. Least is left with team: 176 of 200 pulls.',
    ],
    [
      [exhausted, ok],
      'partly',
      'Yes, but not with every credential',
      'nat-b: exhausted. Best now: team, 176 of 200 pulls left.',
    ],
    [
      [rejected, unlimited, ok],
      'partly',
      'Yes, but not with every credential',
      'release-bot: login rejected. Best now: paid, unlimited.',
    ],
    [[exhausted, blocked], 'no', 'No, not now', 'nat-b: exhausted. office: blocked.'],
    [[exhausted, failing], 'no', 'Better not', 'nat-b: exhausted. nightly: no answer.'],
    [[failing, waiting], 'unknown', 'Headroom cannot tell', 'nightly: no answer. edge: not asked yet.'],
  ])('answers %#', (states: CredentialState[], verdict, headline, reason) => {
    expect(answer(states)).toMatchObject({ verdict, headline, reason });
  });

  test('says what to do when all fail for the same reason', () => {
    const states = ['a', 'b'].map((name) => stateAfter(name, [failure('dns')]));
    expect(answer(states)).toMatchObject({
      verdict: 'unknown',
      reason:
        'The name of Docker Hub could not be resolved. Check DNS on this machine, and hub.url for a typing error.',
    });
  });

  test('never counts a value of an unanswered credential as the best', () => {
    const old = stateAfter('old', [metered(190, 200), failure('timeout')]);
    expect(answer([old, exhausted, low]).reason).toContain('Best now: anonymous, 12 of 100 pulls left.');
  });

  test('keeps the reason short for a thousand credentials', () => {
    const states = Array.from({ length: 1_000 }, (_, i) => stateAfter(`c${i}`, [metered(0, 100)]));
    expect(answer(states).reason).toBe('c0, c1, c2 and 997 more: exhausted.');
  });
});
