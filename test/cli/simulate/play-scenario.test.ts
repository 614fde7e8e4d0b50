import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { testClock } from '../../simulator/fakes.ts';
import { run } from '../run-program.ts';
import { useHubs } from './running-hubs.ts';

const hubs = useHubs();

describe('headroom simulate --scenario', () => {
  const SCENARIO = `
title: Three builds
start: 2026-11-23T08:00
duration: 1h
teams:
  - name: builds
    source: 192.0.2.9
    images: [ratelimitpreview/test]
    bursts: [{ time: "08:10", count: 3, within: 1m }]
`;
  const SUMMARY = `Three builds

HOUR (UTC)            TEAM    PULLED  REFUSED  FAILED  PULLS  LEAST LEFT
Mon 2026-11-23 08:00  builds  3       0        0       3      97

TEAM    PULLED  REFUSED  FAILED  PULLS  LEAST LEFT
builds  3       0        0       3      97
`;
  let file: string;

  beforeEach(async () => {
    file = join(hubs.folder, 'builds.yml');
    await writeFile(file, SCENARIO);
  });

  test('plays it at once with --virtual, and prints what it came to', async () => {
    expect(await run(['simulate', `--scenario=${file}`, '--virtual'])).toEqual({
      exitCode: 0,
      stdout: SUMMARY,
      stderr: '',
    });
  });

  test('plays it live on a hub that serves on after its end', async () => {
    const clock = testClock('2026-07-15T14:24:11.185Z');
    const { hub, url } = await hubs.simulateAt(clock, `--scenario=${file}`, '--speed=3600');
    // An hour of the scenario: its end.
    clock.advance(1_000);
    await hub.printed(/LEAST LEFT\n.*\n\nTEAM.*\n.*\n/);
    const answer = await fetch(new URL('/_simulator/ledger', url));
    const entries = (await answer.json()) as { at: string; source: string; pulls: number }[];
    const { exitCode, stdout } = await hub.stop();

    expect(entries.filter(({ pulls }) => pulls > 0).map(({ source }) => source)).toEqual(
      Array.from({ length: 3 }, () => '192.0.2.9'),
    );
    expect(entries[0]?.at).toBe('2026-11-23T09:00:00.000Z');
    expect(exitCode).toBe(0);
    expect(stdout.endsWith(`\n\n${SUMMARY}`)).toBe(true);
  });

  test('prints what it came to so far when it is stopped', async () => {
    const { hub } = await hubs.simulate(`--scenario=${file}`, '--speed=1');
    const { exitCode, stdout } = await hub.stop();

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/TEAM +PULLED.*\nbuilds +0 +0 +0 +0 +-\n$/);
  });

  test('names the scenarios that come with it in its help text', async () => {
    const { stdout } = await run(['simulate', '--help']);

    expect(stdout).toMatch(/\nScenarios:\n(?: {2}[\w-]+ {2,}\S.*\n)+$/);
    expect(stdout).toMatch(/^ {2}office-week {2,}\S/m);
  });

  test('exits with 2 for a scenario with problems', async () => {
    await writeFile(file, `${SCENARIO}speeed: 5\n`);
    const { exitCode, stdout, stderr } = await run(['simulate', `--scenario=${file}`]);

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^The scenario has 1 problem:\n {2}\S+builds\.yml:\d+:1: speeed: /);
  });
});
