import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addTraceScores, evaluateTrace } from '../../../bench/forecast/evaluate.ts';
import { HELD_OUT, TUNED } from '../../../bench/forecast/made-families.ts';
import { realFamilies } from '../../../bench/forecast/real-trace.ts';
import { scoreMoment, scoreWarnings } from '../../../bench/forecast/score.ts';
import { lossOf } from '../../../bench/forecast/tables.ts';
import { makeTrace } from '../../../bench/forecast/trace.ts';
import { seededRandom } from '../../../src/kit/seeded-random.ts';
import { HOUR_MS, MINUTE_MS, START, series } from './series.ts';

const at = (minute: number) => START + minute * MINUTE_MS;
const moment = (dryMinute: number) => ({ now: START, horizonAt: at(60), dryAt: at(dryMinute) });
const prediction = (minutes: readonly number[], risk = 1) => ({ dryAt: minutes.map(at), risk, warns: false });

describe('scoreMoment()', () => {
  // Minutes of a hundred futures; the true minute; the loss of each quantile in minutes.
  test.each<[string, number[], number, number[]]>([
    ['nothing for a certain and true forecast', series(100, () => 20), 20, [0, 0, 0]],
    ['a late truth by the quantile', series(100, () => 20), 30, [0.15, 5, 9.85]],
    ['an early truth by its complement', series(100, () => 20), 10, [9.85, 5, 0.15]],
    ['an open end at the horizon', series(100, (i) => (i < 60 ? 20 : Infinity)), 20, [0, 0, 0.6]],
    ['no exhaustion at the horizon', series(100, (i) => (i < 60 ? 20 : Infinity)), Infinity, [0.6, 20, 0]],
  ])('charges %s', (_name, minutes, truth, expected) => {
    for (const [i, loss] of scoreMoment(prediction(minutes), moment(truth)).loss.entries()) {
      expect(loss).toBeCloseTo(expected[i] ?? Number.NaN, 6);
    }
  });

  test('squares the error of each probability', () => {
    const { brier } = scoreMoment(prediction([10, 20, 40, Infinity], 0.75), moment(25));
    expect(brier).toEqual([0.25 ** 2, 0.5 ** 2, 0.25 ** 2, 0.25 ** 2]);
  });
});

describe('scoreWarnings()', () => {
  const dry = [{ from: at(100), to: at(130) }];

  test('finds what was warned of, and what was not', () => {
    const warned = scoreWarnings([at(90), at(95)], dry, START, at(600));
    expect(warned).toMatchObject({ exhaustions: 1, caught: 1, leads: [10], falseWarnings: 0 });
    expect(scoreWarnings([], dry, START, at(600))).toMatchObject({ caught: 0, leads: [0] });
  });

  test('counts warnings in a row that do not come true once', () => {
    expect(scoreWarnings([at(200), at(210), at(300)], dry, START, at(600)).falseWarnings).toBe(2);
  });
});

describe('realFamilies()', () => {
  function traceFile(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-trace-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'requests.csv');
    writeFileSync(path, text);
    return path;
  }
  const scene = { from: START, to: at(600), capacity: 100 / HOUR_MS, limit: 100, windowMs: HOUR_MS };

  test('scales a trace to shares of the capacity', () => {
    const families = realFamilies(
      traceFile(`timestamp,value\n${series(200, (row) => `t,${row % 9}`).join('\n')}\n`),
    );
    const pulls = Object.entries(families).map(([name, make]) => [
      name,
      make(scene, seededRandom(1)).times().length,
    ]);
    expect(pulls.map(([name]) => name)).toEqual(['requests at 0.6', 'requests at 1.1']);
    expect(pulls[0]?.[1]).toBeGreaterThan(500);
    expect(pulls[0]?.[1]).toBeLessThan(700);
    expect(pulls[1]?.[1]).toBeGreaterThan(1_000);
  });

  test('rejects a value that is not a number', () => {
    expect(() => realFamilies(traceFile('timestamp,value\nt,3\nt,many\n'))).toThrow(
      ':3: the value is not a number',
    );
  });
});

describe('forecasts', () => {
  test('are better than a straight line and than none, and not far from an oracle', {
    timeout: 120_000,
  }, () => {
    const scores = ([TUNED.steady, HELD_OUT['flat, light']] as const).flatMap((family, i) => {
      if (!family) return [];
      const kind = i === 0 ? 'fixed-clock' : 'sliding';
      const plan = {
        family,
        kind,
        windowMs: HOUR_MS,
        limit: 100,
        learnMs: 9 * HOUR_MS,
        evaluateMs: 18 * HOUR_MS,
      } as const;
      return [evaluateTrace(makeTrace({ ...plan, seed: 71 + i }), { withProfile: false, every: 45 })];
    });
    const { methods, refills, refillsCovered } = addTraceScores(scores);
    const { headroom } = methods;
    expect(headroom.moments).toBeGreaterThan(25);
    expect(lossOf(headroom)).toBeLessThan(lossOf(methods.line) / 2);
    expect(lossOf(headroom)).toBeLessThan(lossOf(methods.never) / 2);
    expect(lossOf(headroom)).toBeLessThan(4 * lossOf(methods.oracle));
    expect(headroom.covered / headroom.named).toBeGreaterThan(0.93);
    expect(refillsCovered / refills).toBeGreaterThan(0.95);
  });
});
