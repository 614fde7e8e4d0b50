import { describe, expect, test } from 'vitest';
import { FirstRound } from '../../src/poller/first-round.ts';
import { settled } from './virtual-time.ts';

async function isDone(round: FirstRound): Promise<boolean> {
  let done = false;
  void round.done.then(() => {
    done = true;
  });
  await settled();
  return done;
}

describe('FirstRound', () => {
  test('is done when each has settled, and not before', async () => {
    const round = new FirstRound();
    expect(await isDone(round)).toBe(false);
    round.begin(['a', 'b']);
    round.settle('a');
    round.settle('a');
    expect(await isDone(round)).toBe(false);
    round.settle('b');
    expect(await isDone(round)).toBe(true);
  });

  test('is done at once when it begins with nobody', async () => {
    const round = new FirstRound();
    round.begin([]);
    expect(await isDone(round)).toBe(true);
  });

  test('does not wait for those of a later configuration', async () => {
    const round = new FirstRound();
    round.begin(['a']);
    round.begin(['a', 'late']);
    round.settle('a');
    expect(await isDone(round)).toBe(true);
  });

  test('is done when it is ended, begun or not', async () => {
    const round = new FirstRound();
    round.end();
    expect(await isDone(round)).toBe(true);
  });
});
