import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialNames, openHistory, recordMinute } from '../history/credentials.ts';
import { fillHistory } from '../history/fill-history.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { compare, type Finding } from '../measure/finding.ts';
import { startHelper } from '../processes/helper.ts';

const CREDENTIALS = 200;
const YOUNG_DAYS = 1;
const OLD_DAYS = [30, 90];
const SAMPLE_DAYS = 7;
const ROUNDS = 3;
const UNTIL = Date.UTC(2026, 10, 23);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MIB = 2 ** 20;

/** Whether memory grows with the age of the file. */
export const historyAge: Benchmark = {
  name: 'history-age',
  about:
    `Resident memory of a process that has done an hour of work (polls of ${CREDENTIALS} credentials, writing, forecasts, ` +
    `weeks, charts) on a file of 30 and of 90 days, beside the same on a file of ${YOUNG_DAYS} day.`,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
    try {
      const young = makeFile(folder, YOUNG_DAYS);
      const findings: Finding[] = [];
      for (const days of OLD_DAYS) {
        // The young file has been worked on for some hours then: both go on from there.
        const startAt = UNTIL + findings.length * ROUNDS * HOUR_MS;
        findings.push(await compareAges(young, makeFile(folder, days), days, startAt));
      }
      return findings;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function makeFile(folder: string, days: number): string {
  const path = join(folder, `${days}.db`);
  const clock = { now: () => UNTIL - MINUTE_MS, monotonicMs: () => performance.now() };
  const names = credentialNames(CREDENTIALS);
  const { history } = openHistory(path, names, clock);
  recordMinute(history, names, UNTIL - MINUTE_MS);
  history.close();
  const sampleDays = Math.min(days, SAMPLE_DAYS);
  fillHistory(path, { credentials: CREDENTIALS, days, sampleDays, until: UNTIL });
  return path;
}

async function compareAges(young: string, old: string, days: number, startAt: number): Promise<Finding> {
  const turns = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const at = startAt + round * HOUR_MS;
    turns.push({ ours: await residentMib(old, at), theirs: await residentMib(young, at) });
  }
  return compare(`memory, file of ${days} days`, 'MiB', `file of ${YOUNG_DAYS} day`, turns, 1.1);
}

async function residentMib(path: string, startAt: number): Promise<number> {
  const helper = await startHelper('aged-history', path, String(CREDENTIALS), String(startAt));
  try {
    return (await helper.ask<{ residentBytes: number }>('memory')).residentBytes / MIB;
  } finally {
    await helper.stop();
  }
}
