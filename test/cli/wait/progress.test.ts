import { describe, expect, test } from 'vitest';
import { createProgress } from '../../../src/cli/wait/progress.ts';

const AT = new Date(2026, 10, 23, 14, 2).getTime();
const EXPECTED = { earliest: AT, latest: AT + 38 * 60_000 };

function progressOn(isTTY: boolean) {
  const written: string[] = [];
  return { written, progress: createProgress({ isTTY, write: (text) => void written.push(text) }) };
}

describe('createProgress()', () => {
  test('writes one line anew at a terminal, with the time that is left', () => {
    const { written, progress } = progressOn(true);
    progress.show('5 of 100 left', { pulls: 20, expected: EXPECTED, leftMs: 60_400 });
    progress.show('5 of 100 left', { pulls: 20, expected: null, leftMs: 1 });
    progress.end();

    expect(written).toEqual([
      '\r\u001b[KWaiting for 20: 5 of 100 left; expected between 14:02 and 14:40; 1m1s to go',
      '\r\u001b[KWaiting for 20: 5 of 100 left; 1s to go',
      '\n',
    ]);
  });

  test('writes a line to a log only when something has changed', () => {
    const { written, progress } = progressOn(false);
    const facts = { pulls: 20, expected: { earliest: AT, latest: AT }, leftMs: 1_000 };
    progress.show('5 of 100 left', facts);
    progress.show('5 of 100 left', facts);
    progress.show('9 of 100 left', facts);
    progress.end();

    expect(written).toEqual([
      'Waiting for 20: 5 of 100 left; expected at 14:02\n',
      'Waiting for 20: 9 of 100 left; expected at 14:02\n',
    ]);
  });

  test('leaves no empty line when nothing was shown', () => {
    const { written, progress } = progressOn(true);
    progress.end();
    expect(written).toEqual([]);
  });
});
