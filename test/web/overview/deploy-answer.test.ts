import { describe, expect, test } from 'vitest';
import type { Outlook } from '../../../src/domain/credential-snapshot.ts';
import { takeSnapshot } from '../../../src/domain/credential-snapshot.ts';
import type { CredentialState } from '../../../src/domain/credential-state.ts';
import { answerDeploy, answerWithForecast } from '../../../src/web/overview/deploy-answer.ts';
import { foreseen, usedUp } from '../../domain/forecasts.ts';
import { failure, metered, NOW, STATE_IN, snapshotOf, stateAfter } from '../states.ts';

const { exhausted, blocked, rejected, downgraded, failing, low, waiting, ok, unlimited } = STATE_IN;

function answer(states: readonly CredentialState[]) {
  return answerDeploy(states.map((state) => takeSnapshot(state, NOW)));
}

describe('answerDeploy()', () => {
  // states, verdict, headline, reason
  test.each([
    [[], 'unknown', 'No credential is configured', 'Add one under credentials in the configuration.'],
    [[waiting], 'unknown', 'One moment', 'The first requests to Docker Hub are under way.'],
    [[ok], 'yes', 'Yes, you can deploy', '176 of 200 pulls are left.'],
    [[unlimited], 'yes', 'Yes, you can deploy', 'No limit applies.'],
    [[ok, unlimited], 'yes', 'Yes, you can deploy', 'Least is left with team: 176 of 200 pulls.'],
    [[low], 'careful', 'Only something small', 'anonymous is low. 12 of 100 pulls are left.'],
    [
      [low, ok],
      'careful',
      'Yes, but choose the credential with care',
      'anonymous is low. Least is left with anonymous: 12 of 100 pulls.',
    ],
    [
      [downgraded],
      'careful',
      'Only something small',
      'ci is metered as anonymous. 64 of 100 pulls are left.',
    ],
    [
      [ok, failing],
      'careful',
      'Yes, as far as is known',
      'nightly gets no answer. Least is left with team: 176 of 200 pulls.',
    ],
    [
      [exhausted, ok],
      'partly',
      'Yes, but not with every credential',
      'nat-b has nothing left. Most is left with team: 176 of 200 pulls.',
    ],
    [
      [rejected, unlimited, ok],
      'partly',
      'Yes, but not with every credential',
      'release-bot is rejected. Use paid: it has no limit.',
    ],
    [[exhausted, blocked], 'no', 'No, not now', 'nat-b has nothing left, and office is blocked.'],
    [[exhausted, failing], 'no', 'Better not', 'nat-b has nothing left, and nightly gets no answer.'],
    [[failing, waiting], 'unknown', 'Not known', 'nightly gets no answer, and edge was not checked yet.'],
  ])('answers %#', (states: CredentialState[], verdict, headline, reason) => {
    expect(answer(states)).toMatchObject({ verdict, headline, reason });
  });

  test('states what to do when all fail for the same reason', () => {
    const states = ['a', 'b'].map((name) => stateAfter(name, [failure('dns')]));
    expect(answer(states)).toMatchObject({
      verdict: 'unknown',
      reason:
        'The name of Docker Hub could not be resolved. Check DNS on this machine, and hub.url for a typing error.',
    });
  });

  test('never counts a value of an unanswered credential as the best', () => {
    const old = stateAfter('old', [metered(190, 200), failure('timeout')]);
    expect(answer([old, exhausted, low]).reason).toContain('Most is left with anonymous: 12 of 100 pulls.');
  });

  test('keeps the reason short for a thousand credentials', () => {
    const states = Array.from({ length: 1_000 }, (_, i) => stateAfter(`c${i}`, [metered(0, 100)]));
    expect(answer(states).reason).toBe('c0, c1, c2 and 997 more have nothing left.');
  });
});

describe('answerWithForecast()', () => {
  const lessLeft = { forecast: foreseen(NOW), pool: undefined };
  const empty = { forecast: usedUp(NOW), pool: undefined };
  const view = (state: CredentialState, outlook?: Outlook) => snapshotOf(state, outlook);

  // Snapshots; the next change: the first bucket that is used up or, if all are used up, the first that is full again.
  test.each([
    [[view(ok)], undefined],
    [[view(ok, lessLeft), view(unlimited)], 'Next to be used up: team, in 40 minutes to 2 hours.'],
    [[view(exhausted, empty), view(ok)], undefined],
    [[view(exhausted, empty), view(failing)], 'Next to be full again: nat-b, in 30 to 50 minutes.'],
  ])('states what comes next: %#', (views, prospect) => {
    expect(answerWithForecast(views, NOW).nextChange).toBe(prospect);
  });
});
