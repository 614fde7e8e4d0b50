import { describe, expect, test } from 'vitest';
import { createProgress, type Decision, decide } from '../../../src/cli/wait/watcher.ts';
import type { Reading } from '../../../src/domain/reading.ts';
import { failure, metered } from '../../web/states.ts';
import { told } from '../check/credential-json.ts';

const NOW = 1_000_000;
const MINUTE_MS = 60_000;

function decided(reading: Reading, expected: [number, number] | null = null, pulls = 20): Decision {
  const range = expected && { earliest: NOW + expected[0], latest: NOW + expected[1] };
  return decide({ credential: told([reading]), expected: range }, pulls, MINUTE_MS, NOW);
}

describe('decide()', () => {
  test.each<[why: string, reading: Reading, kind: Decision['kind']]>([
    ['as many are left', metered(20, 100), 'enough'],
    ['there is no limit', { kind: 'unmetered', source: undefined }, 'enough'],
    ['fewer are left', metered(19, 100), 'wait'],
    ['there are never so many', metered(10, 19), 'never'],
    ['the login is rejected', failure('unauthorized'), 'never'],
    ['no answer', failure('timeout'), 'wait'],
    ['the address is blocked', { kind: 'blocked', reason: 'abuse', retryAfterSeconds: undefined }, 'wait'],
  ])('when %s', (_why, reading, kind) => {
    expect(decided(reading).kind).toBe(kind);
  });

  // How long until the next question, in milliseconds, for what is expected from and to, from now on.
  test.each<[why: string, expected: [number, number] | null, pauseMs: number]>([
    ['after the interval when nothing is known', null, MINUTE_MS],
    ['after the interval when nothing is expected before', [90_000, 120_000], MINUTE_MS],
    ['a second after the earliest moment', [20_000, 120_000], 21_000],
    ['a second after the latest, when the earliest has passed', [-20_000, 30_000], 31_000],
    ['after the interval when all of it has passed', [-20_000, -10_000], MINUTE_MS],
  ])('probes again %s', (_why, expected, pauseMs) => {
    expect(decided(metered(0, 100), expected)).toMatchObject({ nextRequestAt: NOW + pauseMs });
  });

  test('probes again no sooner than the hub allows', () => {
    const reading: Reading = { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 300 };
    expect(decided(reading)).toMatchObject({ nextRequestAt: NOW + 300_000 });
  });
});

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
