import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createCronTicker } from '../../src/poller/cron-ticker.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { type RunningHeadroom, startHeadroom } from '../end-to-end/running-headroom.ts';
import { createVirtualTime } from '../poller/virtual-time.ts';
import { type AttackRow, expectAttackTable } from './attack-table.ts';

const HOUR_MS = 3_600_000;
const REAL = { now: () => Date.now(), monotonicMs: () => performance.now() };

/** The rows, in the order of the page. */
const rows = new Map<number, AttackRow>();

/** The hours around both changes of 2026, in UTC. */
const CHANGES = [
  { zone: 'Europe/Berlin', spring: Date.UTC(2026, 2, 29, 0, 30), autumn: Date.UTC(2026, 9, 25, 0, 30) },
  { zone: 'Europe/London', spring: Date.UTC(2026, 2, 29, 0, 30), autumn: Date.UTC(2026, 9, 25, 0, 30) },
  { zone: 'America/New_York', spring: Date.UTC(2026, 2, 8, 6, 30), autumn: Date.UTC(2026, 10, 1, 5, 30) },
  { zone: 'Australia/Sydney', spring: Date.UTC(2026, 9, 3, 15, 30), autumn: Date.UTC(2026, 3, 4, 15, 30) },
  { zone: 'Australia/Lord_Howe', spring: Date.UTC(2026, 9, 3, 15), autumn: Date.UTC(2026, 3, 4, 14, 30) },
];

/** Counts the ticks of a schedule in a time span. */
async function ticksIn(
  expression: string,
  timezone: string | undefined,
  from: number,
  spanMs: number,
): Promise<number> {
  const time = createVirtualTime(from + 30_000);
  let ticks = 0;
  const ticker = createCronTicker({ ...time, log: createLogRecorder().log })({ expression, timezone }, () => {
    ticks += 1;
  });
  await time.advance(spanMs);
  ticker.stop();
  return ticks;
}

/** Returns a wall clock that can be set, with the real monotonic clock. */
function createWallClock(aheadMs = 0) {
  let ahead = aheadMs;
  return {
    clock: { now: () => Date.now() + ahead, monotonicMs: () => performance.now() },
    set: (byMs: number) => {
      ahead += byMs;
    },
  };
}

/** Starts Headroom with a poll each second, and a hub whose clock is correct. */
function startOften(clock: typeof REAL, path = 'headroom.db'): Promise<RunningHeadroom> {
  return startHeadroom({
    clock,
    simulator: { clock: REAL },
    settings: () => ({
      poll: { schedule: '* * * * * *', jitter: '0s', timeout: '1s' },
      history: { path },
    }),
  });
}

async function metric(headroom: RunningHeadroom, name: string): Promise<number | undefined> {
  const text = await (await headroom.get('/metrics')).text();
  const line = text.split('\n').find((one) => one.startsWith(name));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

const remaining = (headroom: RunningHeadroom) => metric(headroom, 'dockerhub_ratelimit_remaining{');
const polls = async (headroom: RunningHeadroom) => (await metric(headroom, 'dockerhub_polls_total{')) ?? 0;
const wait = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 100 });

function jumpLines(headroom: RunningHeadroom): readonly string[] {
  return headroom.logLines.filter((line) => line.includes('clock of this machine was set'));
}

describe('the hour in which clocks change', () => {
  test('polls each minute, in every zone', async () => {
    const counts = new Set<number>();
    for (const { zone, spring, autumn } of CHANGES) {
      for (const timezone of [undefined, zone]) {
        counts.add(await ticksIn('* * * * *', timezone, spring, 3 * HOUR_MS));
        counts.add(await ticksIn('* * * * *', timezone, autumn, 3 * HOUR_MS));
      }
    }
    expect([...counts]).toEqual([180]);
    rows.set(1, {
      attack: 'Summer time begins or ends, in Berlin, London, New York, Sydney and Lord Howe',
      measured: `polls of \`* * * * *\` in 3 hours: ${[...counts].join(', ')} of 180`,
      seen: 'nothing: fixed intervals do not depend on a zone',
    });
  });

  test('polls once a day at a time that is skipped, or occurs twice', async () => {
    const counts = new Set<number>();
    for (const { zone, spring, autumn } of CHANGES) {
      for (const expression of ['30 2 * * *', '30 1 * * *', '0 2 * * *']) {
        // Seven days, with the change in the middle of them.
        counts.add(await ticksIn(expression, zone, spring - 84 * HOUR_MS, 7 * 24 * HOUR_MS));
        counts.add(await ticksIn(expression, zone, autumn - 84 * HOUR_MS, 7 * 24 * HOUR_MS));
      }
    }
    expect([...counts]).toEqual([7]);
    rows.set(2, {
      attack: 'The same, with polls at 01:30, 02:00 and 02:30 of a `timezone`',
      measured: `polls in the 7 days around it: ${[...counts].join(', ')} of 7`,
      seen: 'nothing: a skipped time runs later by the skipped duration, a repeated time runs once',
    });
  });
});

describe('the wall clock is set while Headroom runs', () => {
  test.each([
    { order: 3, what: 'back by an hour', byMs: -HOUR_MS },
    { order: 4, what: 'forward by an hour', byMs: HOUR_MS },
    { order: 5, what: 'back by ten years', byMs: -10 * 365 * 24 * HOUR_MS },
  ])('$what', async ({ order, what, byMs }) => {
    const wall = createWallClock();
    const headroom = await startOften(wall.clock);
    onTestFinished(() => headroom.stop());
    await wait(async () => expect(await remaining(headroom)).toBe(100));
    wall.set(byMs);
    headroom.control.spend({ source: '127.0.0.1', pulls: 95 });
    await wait(async () => expect(await remaining(headroom)).toBe(5));
    await wait(async () => expect(jumpLines(headroom)).toHaveLength(1));
    const before = await polls(headroom);
    await wait(async () => expect(await polls(headroom)).toBeGreaterThan(before + 2));
    expect(await metric(headroom, 'dockerhub_up{')).toBe(1);
    const agoSeconds =
      wall.clock.now() / 1_000 - ((await metric(headroom, 'dockerhub_last_success_timestamp_seconds{')) ?? 0);
    expect(Math.abs(agoSeconds)).toBeLessThan(5);
    expect(jumpLines(headroom)).toHaveLength(1);
    rows.set(order, {
      attack: `The wall clock is set ${what} while Headroom runs, and 95 of 100 pulls are spent`,
      measured: `polling continues; pulls left at the next poll: ${await remaining(headroom)}, \`dockerhub_up\` 1`,
      seen: `${jumpLines(headroom).length} warning with \`jumpSeconds\``,
    });
  });

  test('an hour back while the hub is down: values are removed after three intervals', async () => {
    const wall = createWallClock();
    const headroom = await startOften(wall.clock);
    onTestFinished(() => headroom.stop());
    await wait(async () => expect(await remaining(headroom)).toBe(100));
    wall.set(-HOUR_MS);
    await headroom.simulator.stop();
    await wait(async () => expect(await remaining(headroom)).toBeUndefined());
    rows.set(6, {
      attack: 'The wall clock is set back by an hour, and Docker Hub stops answering',
      measured: 'the value is removed after three intervals of the monotonic clock',
      seen: `\`dockerhub_up\` ${await metric(headroom, 'dockerhub_up{')}, no \`dockerhub_ratelimit_remaining\``,
    });
  });
});

describe('the wall clock is set while Headroom is down', () => {
  test('back by an hour, with a history and alerts that have later times', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headroom-clocks-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'headroom.db');
    const before = await startOften(createWallClock(HOUR_MS).clock, path);
    before.control.spend({ source: '127.0.0.1', pulls: 100 });
    await wait(async () => expect(await firing(before)).toContain('RateLimitExhausted'));
    await before.stop();

    const after = await startOften(REAL, path);
    onTestFinished(() => after.stop());
    await wait(async () => expect(await remaining(after)).toBe(100));
    // The firing alert is resolved, because the new hub has pulls left.
    await wait(async () => expect(await firing(after)).not.toContain('RateLimitExhausted'));
    const newest = after.app.history.state('anonymous')?.latest?.at ?? 0;
    expect(Math.abs(newest - Date.now())).toBeLessThan(5_000);
    rows.set(7, {
      attack: 'The clock is set back by an hour while Headroom is down: history and alerts have later times',
      measured: `polls, values and alerts continue at once; pulls left: ${await remaining(after)}, the firing alert is resolved`,
      seen: 'nothing: results of the future stay in the file, and are not shown as the newest',
    });
  });
});

async function firing(headroom: RunningHeadroom): Promise<string[]> {
  const { alerts } = (await (await headroom.get('/api/v1/alerts')).json()) as {
    alerts: { rule: string; state: string }[];
  };
  return alerts.filter(({ state }) => state === 'firing').map(({ rule }) => rule);
}

test('the document has the measured values', async () => {
  await expectAttackTable(
    'clocks',
    [...rows].sort(([a], [b]) => a - b).map(([, row]) => row),
  );
});
