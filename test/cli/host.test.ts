import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSystemClock, readBuildInfo } from '../../src/cli/host.ts';

/** A machine whose time only the test moves. */
function createMachine() {
  const time = { wall: 1_000_000, awake: 500, uptime: 90_000 };
  const clock = createSystemClock({
    wallMs: () => time.wall,
    awakeMs: () => time.awake,
    uptimeMs: () => time.uptime,
  });
  const work = (ms: number) => {
    time.wall += ms;
    time.awake += ms;
    time.uptime += ms;
  };
  return { time, clock, work };
}

test('createSystemClock() counts the time that the machine was suspended', () => {
  const { time, clock, work } = createMachine();
  work(5_000);
  expect(clock.monotonicMs()).toBe(5_500);
  time.uptime += 8 * 3_600_000;
  work(1_000);
  expect(clock.monotonicMs()).toBe(6_500 + 8 * 3_600_000);
  work(1_000);
  expect(clock.monotonicMs()).toBe(7_500 + 8 * 3_600_000);
});

test('createSystemClock() does not move when the wall clock is set, or an uptime is rounded', () => {
  const { time, clock, work } = createMachine();
  work(5_000);
  time.wall -= 3_600_000;
  time.uptime += 1_500;
  work(1_000);
  expect(clock.monotonicMs()).toBe(6_500);
  time.uptime -= 60_000;
  work(1_000);
  expect(clock.monotonicMs()).toBe(7_500);
});

const PACKAGE = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));

describe('readBuildInfo()', () => {
  test('reads the version of the package and of Node', () => {
    expect(readBuildInfo({})).toEqual({
      version: PACKAGE.version,
      revision: 'unknown',
      nodeVersion: process.versions.node,
    });
  });

  test.each([
    ['a revision', 'abc123', 'abc123'],
    ['an empty one', '', 'unknown'],
  ])('reads %s from the environment', (_what, HEADROOM_REVISION, revision) => {
    expect(readBuildInfo({ HEADROOM_REVISION })).toMatchObject({ revision });
  });
});
