import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { toHistoryCsv } from '../../src/domain/history/history-text.ts';
import { playedBucket, START, series } from '../domain/forecast/series.ts';
import { problemsOf, run } from './run-program.ts';

const MINUTE_MS = 60_000;

function historyFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-forecast-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'history.csv');
  writeFileSync(file, text);
  return file;
}

/** A history as the API writes it, of a bucket of 100 pulls an hour. */
function exported(asked: readonly number[]): string {
  const points = playedBucket('sliding', asked).map((sample) => ({
    ...sample,
    windowSeconds: sample.windowSeconds ?? null,
    spent: null,
    outcome: sample.kind,
  }));
  return toHistoryCsv({
    name: 'ci',
    from: START,
    to: START + asked.length * MINUTE_MS,
    stepMs: null,
    points,
  });
}

/** Idle for two hours, then two pulls a minute for 35 minutes. */
const SURGE = exported(series(156, (minute) => (minute > 120 ? 2 : 0)));

describe('headroom forecast', () => {
  test('headroom forecast foresees the end of a surge', async () => {
    const { exitCode, stdout } = await run(['forecast', historyFile(SURGE), '--output', 'json']);
    const report = JSON.parse(stdout);

    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ at: '2026-10-05T02:35:00.000Z', remaining: 30, kind: 'forecast' });
    expect(report.ratePerHour).toBeGreaterThan(30);
    expect(report.risk).toBeGreaterThan(0.5);
    expect(report.risk).toBeLessThanOrEqual(1);
    expect(report.window.kind).toMatch(/^(sliding|fixed)$/);
    const { earliest, likely, latest } = report.exhaustion;
    const dryAt = Date.parse('2026-10-05T02:50:00Z');
    expect(Date.parse(earliest)).toBeLessThan(dryAt);
    expect(latest === null || Date.parse(latest) > dryAt).toBe(true);
    expect(Date.parse(likely)).toBeGreaterThan(Date.parse(earliest));
    expect(Date.parse(report.refill.earliest)).toBeLessThanOrEqual(Date.parse(report.refill.latest));
  });

  test('headroom forecast uses nothing after --at', async () => {
    const file = historyFile(SURGE);
    const { stdout } = await run(['forecast', file, '--at', '2026-10-05T02:00:00Z', '--output=json']);
    expect(JSON.parse(stdout)).toMatchObject({
      at: '2026-10-05T02:00:00.000Z',
      remaining: 100,
      exhaustion: null,
      refill: null,
    });
  });

  test('headroom forecast has the keys that docs name, in every case', async () => {
    const keys = [
      'kind',
      'at',
      'remaining',
      'exhaustion',
      'risk',
      'refill',
      'window',
      'reason',
      'ratePerHour',
      'ratePerHourRange',
    ];
    for (const text of [SURGE, exported([1]), exported([])]) {
      const { stdout } = await run(['forecast', historyFile(text), '--output=json']);
      expect(Object.keys(JSON.parse(stdout))).toEqual(keys);
    }
  });

  test('headroom forecast prints a text for people', async () => {
    const { stdout } = await run(['forecast', historyFile(exported(series(58, () => 2)))]);
    expect(stdout).toMatch(/^at {10}2026-10-05T00:57:00\.000Z\n/);
    expect(stdout).toMatch(/\nused up +since 2026-10-05T00:\d\d:00\.000Z\n/);
    expect(stdout).toMatch(/\nfull again +between .* if nothing else is pulled\n/);
    expect(stdout).toMatch(/\nwindow +(sliding|fixed), a guess worth 0\.\d+\n$/);
  });

  test.each([
    ['a single answer', exported([3]), 'too little data for a rate: 1 of 5 samples'],
    ['none', exported([]), 'unknown: no answer with a limit up to this time'],
  ])('headroom forecast reports it after %s', async (_, text, outlook) => {
    const { exitCode, stdout } = await run(['forecast', historyFile(text)]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(outlook);
  });

  test('headroom forecast refuses a bad file with its lines', async () => {
    const file = historyFile('at,remaining,limit,windowSeconds,spent,outcome\nnoon,1,2,3,,limited\n');
    expect(await run(['forecast', file])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `The history has 1 problem:\n  ${file}:2:1: at: Not a time: "noon". Allowed: a time such as 2026-11-23T21:00:00Z\n`,
    });
  });

  test('headroom forecast states which file cannot be read', async () => {
    expect(await run(['forecast', '/nowhere/history.csv'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'The history cannot be read: /nowhere/history.csv: ENOENT\n',
    });
  });

  test('headroom forecast refuses a command line with all that is wrong with it', async () => {
    expect(await problemsOf(['forecast'])).toEqual([expect.stringContaining('A file is missing')]);
    expect(await problemsOf(['forecast', 'a.csv', '--at', 'noon', '--output', 'xml'])).toHaveLength(2);
  });
});
