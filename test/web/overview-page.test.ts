import { describe, expect, test } from 'vitest';
import type { CredentialState } from '../../src/domain/credential-state.ts';
import { STANDINGS } from '../../src/domain/standing.ts';
import { toOverviewPage } from '../../src/web/overview-page.ts';
import { metered, NOW, STATE_IN, STATES, stateAfter, viewOf } from './states.ts';

function pageOf(states: readonly CredentialState[]) {
  return toOverviewPage(
    states.map((state) => viewOf(state)),
    undefined,
    NOW,
  );
}

describe('toOverviewPage()', () => {
  test('lists the worst first, and then by name as people count', () => {
    const others = ['n10', 'n9'].map((name) => stateAfter(name, [metered(90, 100)]));
    const page = pageOf([...others, ...STATES.toReversed()]);
    expect(page.cards.map(({ standing }) => standing)).toEqual([
      ...STANDINGS.slice(0, -1),
      'ok',
      'ok',
      'unlimited',
    ]);
    expect(page.cards.slice(7, 10).map(({ name }) => name)).toEqual(['n9', 'n10', 'team']);
  });

  test('counts the states that occur, each with an anchor that exists once', () => {
    const page = pageOf([...STATES, stateAfter('again', [metered(0, 100)])]);
    expect(page.tallies[0]).toMatchObject({ label: 'Exhausted', count: '2', anchor: 'exhausted' });
    const anchors = page.cards.map(({ anchor }) => anchor).filter(Boolean);
    expect(anchors).toEqual(page.tallies.map(({ anchor }) => anchor));
  });

  // states, title, tone: the worst decides
  test.each([
    [STATES, 'Exhausted (1)', 'bad'],
    [[STATE_IN.low, STATE_IN.ok], 'Low (1)', 'warn'],
    [[STATE_IN.waiting], 'Not asked yet (1)', 'neutral'],
    [[STATE_IN.ok, STATE_IN.unlimited], 'OK', 'good'],
    [[STATE_IN.unlimited], 'Unlimited', 'good'],
    [[], 'No credential is configured', 'neutral'],
  ])('titles %#', (states, title, tone) => {
    expect(pageOf(states)).toMatchObject({ title, tone });
  });

  test('says who shares a bucket', () => {
    const states = ['a', 'b'].map((name) => stateAfter(name, [metered(50, 100, '192.0.2.1')]));
    const [a, b] = pageOf(states).cards;
    expect([a?.source?.sharedWith, b?.source?.sharedWith]).toEqual(['Shared with b', 'Shared with a']);
  });

  test('turns from cards to rows beyond two dozen', () => {
    const states = Array.from({ length: 25 }, (_, i) => stateAfter(`c${i}`, []));
    expect(pageOf(states.slice(1)).density).toBe('cards');
    expect(pageOf(states).density).toBe('rows');
  });
});
