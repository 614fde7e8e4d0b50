import { describe, expect, test } from 'vitest';
import type { Reading } from '../../src/domain/reading.ts';
import type { Probe } from '../../src/poller/polled-credential.ts';
import { FirstRound } from '../../src/poller/poller.ts';
import {
  BLOCKED,
  createTestPoller,
  credential,
  HOUR_MS,
  hangingProbe,
  METERED,
  MINUTE_MS,
  slowProbe,
} from './fixtures.ts';
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
  test('is done when each credential has settled, and not before', async () => {
    const round = new FirstRound();
    expect(await isDone(round)).toBe(false);
    round.begin(['a', 'b']);
    round.settle('a');
    round.settle('a');
    expect(await isDone(round)).toBe(false);
    round.settle('b');
    expect(await isDone(round)).toBe(true);
  });

  test('is done at once without credentials', async () => {
    const round = new FirstRound();
    round.begin([]);
    expect(await isDone(round)).toBe(true);
  });

  test('does not wait for credentials of a later configuration', async () => {
    const round = new FirstRound();
    round.begin(['a']);
    round.begin(['a', 'late']);
    round.settle('a');
    expect(await isDone(round)).toBe(true);
  });

  test('is done when it is ended, with or without a begin', async () => {
    const round = new FirstRound();
    round.end();
    expect(await isDone(round)).toBe(true);
  });
});

const FAILED: Reading = { kind: 'failed', reason: 'dns', detail: 'No such host' };

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  promise.then(done, done);
  await settled();
  return isDone;
}

describe('createPoller() on its schedule', () => {
  test('probes a credential at once, and then at each tick', async () => {
    const { poller, time, sent, observations } = createTestPoller(async () => METERED);
    const startAt = time.clock.now();
    poller.apply([credential('ci')], { concurrency: 1 });
    await time.advance(3 * MINUTE_MS);
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 60_000, 120_000, 180_000]);
    expect(observations[1]).toEqual({
      credential: 'ci',
      at: startAt + MINUTE_MS,
      durationMs: 0,
      intervalMs: MINUTE_MS,
      reading: METERED,
    });
  });

  test('skips a tick within a minute of the first probe', async () => {
    const { poller, time, sent } = createTestPoller(async () => METERED);
    await time.advance(10_000);
    poller.apply([credential('ci')], { concurrency: 1 });
    await time.advance(3 * MINUTE_MS);
    expect(sent.map(({ atMs }) => atMs)).toEqual([10_000, 120_000, 180_000]);
  });

  test('does not skip a tick after a first probe that failed', async () => {
    const { poller, time, sent } = createTestPoller(async () => FAILED);
    await time.advance(10_000);
    poller.apply([credential('ci')], { concurrency: 1 });
    await time.advance(2 * MINUTE_MS);
    expect(sent.map(({ atMs }) => atMs)).toEqual([10_000, 60_000, 120_000]);
  });

  test('starts each probe up to the jitter later, differently for each credential', async () => {
    let calls = 0;
    const { poller, time, sent } = createTestPoller(
      async () => METERED,
      () => [0, 0.25, 0.999][calls++ % 3] ?? 0,
    );
    const names = ['a', 'b', 'c'];
    poller.apply(
      names.map((name) => credential(name, { jitterMs: 10_000 })),
      { concurrency: 3 },
    );
    await time.advance(2 * MINUTE_MS - 1);
    const atTick = sent.slice(3).map(({ name, atMs }) => [name, atMs - MINUTE_MS]);
    expect(atTick).toEqual([
      ['a', 0],
      ['b', 2_500],
      ['c', 9_990],
    ]);
  });

  test('measures from the start of the probe to its end, without the wait for a slot', async () => {
    const bench = createTestPoller(() => slowProbe(bench.time.timers, 2_500)());
    bench.poller.apply([credential('a'), credential('b')], { concurrency: 1 });
    await bench.time.advance(10_000);
    const startAt = bench.time.clock.now() - 10_000;
    expect(bench.observations.map(({ at, durationMs }) => [at - startAt, durationMs])).toEqual([
      [2_500, 2_500],
      [5_000, 2_500],
    ]);
  });

  test('never runs two probes of one credential at the same time, and logs the skipped tick', async () => {
    const bench = createTestPoller(() => slowProbe(bench.time.timers, 90_000)());
    bench.poller.apply([credential('slow', { timeoutMs: 100_000 })], { concurrency: 4 });
    await bench.time.advance(4 * MINUTE_MS - 1);
    expect(bench.sent.map(({ atMs }) => atMs)).toEqual([0, 120_000]);
    const skips = bench.lines.filter(({ fields }) => fields.reason === 'under_way');
    expect(skips.map(({ level }) => level)).toEqual(['debug', 'debug']);
  });

  test('runs no more probes at the same time than the concurrency allows, in order', async () => {
    const bench = createTestPoller(() => slowProbe(bench.time.timers, 1_000)());
    const names = Array.from({ length: 10 }, (_, i) => `c${i}`);
    bench.poller.apply(
      names.map((name) => credential(name)),
      { concurrency: 4 },
    );
    await bench.time.advance(5_000);
    expect(bench.sent.map(({ name }) => name)).toEqual(names);
    expect(bench.sent.map(({ atMs }) => atMs)).toEqual([
      0, 0, 0, 0, 1_000, 1_000, 1_000, 1_000, 2_000, 2_000,
    ]);
  });

  test('continues when recording a reading throws', async () => {
    const bench = createTestPoller(async () => METERED);
    bench.observations.push = () => {
      throw new Error('The disk is full');
    };
    bench.poller.apply([credential('ci')], { concurrency: 1 });
    await bench.time.advance(2 * MINUTE_MS);
    expect(bench.sent).toHaveLength(3);
    expect(bench.lines.filter(({ level }) => level === 'error')).toHaveLength(3);
    expect(await isSettled(bench.poller.firstRound)).toBe(true);
  });
});

describe('createPoller() when the hub blocks', () => {
  test('pauses for 60 s, then longer, and returns to the schedule when the hub answers again', async () => {
    let answers = 0;
    const { poller, time, sent } = createTestPoller(async () => (answers++ < 4 ? BLOCKED : METERED));
    poller.apply([credential('ci')], { concurrency: 1 });
    await time.advance(20 * MINUTE_MS);
    // Pauses of 1, 2, 4 and 8 minutes.
    const minutes = sent.map(({ atMs }) => atMs / MINUTE_MS);
    expect(minutes).toEqual([0, 1, 3, 7, 15, 16, 17, 18, 19, 20]);
  });

  test('stores the time until the next probe in the observation', async () => {
    let answers = 0;
    const { poller, time, observations } = createTestPoller(async () =>
      answers++ === 0 ? { ...BLOCKED, retryAfterSeconds: 300 } : METERED,
    );
    poller.apply([credential('ci')], { concurrency: 1 });
    await time.advance(6 * MINUTE_MS);
    expect(observations.map(({ intervalMs }) => intervalMs)).toEqual([300_000, 60_000, 60_000]);
  });

  test('pauses that credential only, and warns once for each block', async () => {
    const { poller, time, sent, lines } = createTestPoller(async (asked) =>
      asked.identity.name === 'bad' ? BLOCKED : METERED,
    );
    poller.apply([credential('bad'), credential('good')], { concurrency: 2 });
    await time.advance(2 * MINUTE_MS);
    expect(sent.filter(({ name }) => name === 'good')).toHaveLength(3);
    const warnings = lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields);
    expect(warnings).toEqual([
      { credential: 'bad', reason: 'abuse', pauseSeconds: 60 },
      { credential: 'bad', reason: 'abuse', pauseSeconds: 120 },
    ]);
  });
});

describe('createPoller().firstRound', () => {
  test('resolves when each credential has a result of any kind', async () => {
    const bench = createTestPoller((asked) =>
      slowProbe(bench.time.timers, 5_000, asked.identity.name === 'a' ? FAILED : BLOCKED)(),
    );
    bench.poller.apply([credential('a'), credential('b')], { concurrency: 1 });
    await bench.time.advance(5_000);
    expect(await isSettled(bench.poller.firstRound)).toBe(false);
    await bench.time.advance(5_000);
    expect(await isSettled(bench.poller.firstRound)).toBe(true);
  });

  test('resolves without credentials', async () => {
    const { poller } = createTestPoller(async () => METERED);
    poller.apply([], { concurrency: 1 });
    expect(await isSettled(poller.firstRound)).toBe(true);
  });

  test('does not wait for credentials that a reload removes or adds', async () => {
    const { poller } = createTestPoller(hangingProbe);
    poller.apply([credential('gone')], { concurrency: 1 });
    expect(await isSettled(poller.firstRound)).toBe(false);
    poller.apply([credential('new')], { concurrency: 1 });
    expect(await isSettled(poller.firstRound)).toBe(true);
  });
});

describe('createPoller().apply() at a reload', () => {
  test('keeps the ticks of an unchanged credential', async () => {
    const { poller, time, sent, tickers } = createTestPollerWithTickers();
    poller.apply([credential('ci')], { concurrency: 1 });
    await time.advance(90_000);
    poller.apply([credential('ci', { timeoutMs: 1 })], { concurrency: 1 });
    await time.advance(MINUTE_MS);
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 60_000, 120_000]);
    expect(tickers()).toBe(1);
  });

  test('applies changed settings from the next probe on', async () => {
    const asked: number[] = [];
    const { poller, time } = createTestPoller(async ({ timeoutMs }) => {
      asked.push(timeoutMs);
      return METERED;
    });
    poller.apply([credential('ci', { timeoutMs: 1 })], { concurrency: 1 });
    await settled();
    poller.apply([credential('ci', { timeoutMs: 2 })], { concurrency: 1 });
    await time.advance(MINUTE_MS);
    expect(asked).toEqual([1, 2]);
  });

  test('probes new and changed credentials at once, and no unchanged one', async () => {
    const { poller, time, sent } = createTestPoller(async () => METERED);
    poller.apply([credential('same'), credential('changed')], { concurrency: 9 });
    await time.advance(70_000);
    sent.length = 0;
    poller.apply([credential('same'), credential('changed', { fingerprint: 'other' }), credential('new')], {
      concurrency: 9,
    });
    await settled();
    expect(sent).toEqual([
      { name: 'changed', atMs: 70_000 },
      { name: 'new', atMs: 70_000 },
    ]);
  });

  test('keeps the back-off of an unchanged credential only', async () => {
    const { poller, time, sent } = createTestPoller(async () => ({ ...BLOCKED, retryAfterSeconds: 3_600 }));
    poller.apply([credential('same'), credential('changed')], { concurrency: 9 });
    await time.advance(90_000);
    sent.length = 0;
    poller.apply([credential('same'), credential('changed', { fingerprint: 'other' })], { concurrency: 9 });
    await time.advance(10 * MINUTE_MS);
    expect(sent.map(({ name }) => name)).toEqual(['changed']);
  });

  test('moves a credential to its new schedule and probes it at once', async () => {
    const { poller, time, sent, observations, tickers } = createTestPollerWithTickers();
    poller.apply([credential('ci')], { concurrency: 1 });
    await time.advance(70_000);
    poller.apply([credential('ci', { schedule: `every ${5 * MINUTE_MS}` })], { concurrency: 1 });
    await time.advance(10 * MINUTE_MS);
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 60_000, 70_000, 300_000, 600_000]);
    expect(observations[2]?.intervalMs).toBe(5 * MINUTE_MS);
    expect(tickers()).toBe(1);
  });

  test('does not probe a credential at once that changes its schedule during its back-off', async () => {
    const { poller, time, sent } = createTestPoller(async () => ({ ...BLOCKED, retryAfterSeconds: 3_600 }));
    poller.apply([credential('ci')], { concurrency: 1 });
    await settled();
    poller.apply([credential('ci', { schedule: `every ${5 * MINUTE_MS}` })], { concurrency: 1 });
    await time.advance(59 * MINUTE_MS);
    expect(sent).toHaveLength(1);
  });

  test('aborts the probe of a removed credential, frees its slot and discards its result', async () => {
    let aborted = false;
    let answerLate: (reading: Reading) => void = () => undefined;
    const { poller, time, sent, observations } = createTestPoller((asked, signal) => {
      if (asked.identity.name !== 'gone') return Promise.resolve(METERED);
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise((resolve) => {
        answerLate = resolve;
      });
    });
    poller.apply([credential('gone'), credential('stays')], { concurrency: 1 });
    await settled();
    expect(sent.map(({ name }) => name)).toEqual(['gone']);
    poller.apply([credential('stays')], { concurrency: 1 });
    await settled();
    answerLate(METERED);
    await time.advance(MINUTE_MS);
    expect(aborted).toBe(true);
    expect(new Set(observations.map((observation) => observation.credential))).toEqual(new Set(['stays']));
  });

  test('never probes a credential that was removed while it waited for its jitter or for a slot', async () => {
    const bench = createTestPoller(() => slowProbe(bench.time.timers, 10_000)());
    const waiting = credential('waits', { jitterMs: 10_000 });
    bench.poller.apply([credential('first'), waiting], { concurrency: 1 });
    await bench.time.advance(5_000);
    bench.poller.apply([credential('first')], { concurrency: 1 });
    await bench.time.advance(15_000);
    expect(bench.sent.map(({ name }) => name)).toEqual(['first']);
    bench.poller.apply([credential('first'), waiting], { concurrency: 1 });
    await bench.time.advance(MINUTE_MS - 20_000 + 1_000);
    bench.sent.length = 0;
    bench.poller.apply([credential('first')], { concurrency: 1 });
    await bench.time.advance(30_000);
    expect(bench.sent).toEqual([]);
  });

  test('discards a result that arrives at the moment of the removal', async () => {
    for (let microtasks = 0; microtasks < 10; microtasks++) {
      let answer: (reading: Reading) => void = () => undefined;
      const { poller, observations } = createTestPoller(
        () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      );
      poller.apply([credential('gone')], { concurrency: 1 });
      await settled();
      answer(METERED);
      for (let i = 0; i < microtasks; i++) await Promise.resolve();
      poller.apply([], { concurrency: 1 });
      const recordedBefore = observations.length;
      await settled();
      expect(observations).toHaveLength(recordedBefore);
    }
  });

  test('applies the new concurrency', async () => {
    const { poller, sent } = createTestPoller(hangingProbe);
    const credentials = ['a', 'b', 'c'].map((name) => credential(name));
    poller.apply(credentials, { concurrency: 1 });
    await settled();
    expect(sent).toHaveLength(1);
    poller.apply(credentials, { concurrency: 3 });
    await settled();
    expect(sent).toHaveLength(3);
  });
});

describe('createPoller().stop()', () => {
  test('stops at once while probes hang', async () => {
    const signals: AbortSignal[] = [];
    const { poller, time, observations, tickers } = createTestPollerWithTickers((_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    poller.apply([credential('a'), credential('b'), credential('queued')], { concurrency: 2 });
    await time.advance(1_000);
    const waiting = poller.probeNow('a');
    poller.stop();
    await expect(waiting).rejects.toMatchObject({ reason: 'stopped' });
    expect(await isSettled(poller.firstRound)).toBe(true);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect([time.pending(), tickers()]).toEqual([0, 0]);
    await time.advance(HOUR_MS);
    expect(observations).toEqual([]);
  });

  test('leaves no timer of a probe that waits for its jitter', async () => {
    const { poller, time, sent } = createTestPoller(async () => METERED);
    poller.apply([credential('ci', { jitterMs: 10_000 })], { concurrency: 1 });
    await time.advance(MINUTE_MS);
    // The jitter and the check for overdue credentials.
    expect([sent.length, time.pending()]).toEqual([1, 2]);
    poller.stop();
    expect(time.pending()).toBe(0);
  });

  test('cannot be reversed by a later reload', async () => {
    const { poller, time, sent } = createTestPoller(async () => METERED);
    poller.stop();
    poller.apply([credential('ci')], { concurrency: 1 });
    await time.advance(HOUR_MS);
    expect(sent).toEqual([]);
    await expect(poller.probeNow('ci')).rejects.toMatchObject({ reason: 'stopped' });
  });
});

describe('createPoller() with 1,000 credentials on one schedule', () => {
  test('sends each at most 60 probes in the first hour, spread over the jitter, in bounded number', async () => {
    let underWay = 0;
    let most = 0;
    const random = createRandom(42);
    const bench = createTestPoller(() => {
      most = Math.max(most, ++underWay);
      return new Promise((resolve) =>
        bench.time.timers.after(100, () => {
          underWay -= 1;
          resolve(METERED);
        }),
      );
    }, random);
    await bench.time.advance(12_345);
    const credentials = Array.from({ length: 1_000 }, (_, i) => credential(`c${i}`, { jitterMs: 10_000 }));
    bench.poller.apply(credentials, { concurrency: 16 });
    await bench.time.advance(HOUR_MS - 1);

    const perCredential = new Map<string, number>();
    for (const { name } of bench.sent) perCredential.set(name, (perCredential.get(name) ?? 0) + 1);
    expect(perCredential.size).toBe(1_000);
    expect(Math.max(...perCredential.values())).toBeLessThanOrEqual(60);
    expect(Math.min(...perCredential.values())).toBeGreaterThanOrEqual(59);
    expect(most).toBe(16);

    const afterTick = bench.sent.filter(({ atMs }) => atMs >= 30 * MINUTE_MS && atMs < 31 * MINUTE_MS);
    const perSecond = Array.from({ length: 10 }, () => 0);
    for (const { atMs } of afterTick) {
      const second = Math.min(9, Math.floor((atMs % MINUTE_MS) / 1_000));
      perSecond[second] = (perSecond[second] ?? 0) + 1;
    }
    expect(afterTick).toHaveLength(1_000);
    expect(Math.min(...perSecond)).toBeGreaterThan(50);
    expect(Math.max(...perSecond)).toBeLessThan(200);
  });
});

function createTestPollerWithTickers(probe: Parameters<typeof createTestPoller>[0] = async () => METERED) {
  const bench = createTestPoller(probe);
  return { ...bench, tickers: bench.time.tickers };
}

/** Returns the numbers of a linear congruential generator, the same in each run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe('createPoller() when schedules fail', () => {
  /** Starts a schedule with the interval of a minute that never ticks. */
  function createSilentBench(probe: Probe = async () => METERED) {
    return createTestPoller(
      probe,
      () => 0.5,
      () => ({
        intervalMs: () => MINUTE_MS,
        untilNextMs: () => MINUTE_MS,
        clockJumped: () => undefined,
        stop: () => undefined,
      }),
    );
  }

  test('polls an overdue credential, logs and counts it', async () => {
    const { poller, time, sent, lines } = createSilentBench();
    poller.apply([credential('ci', { jitterMs: 10_000 })], { concurrency: 1 });
    // Two intervals, the jitter and the timeout: 140 seconds, checked every 5 seconds.
    await time.advance(135_000);
    expect(sent).toHaveLength(1);
    expect([...poller.overduePolls()]).toEqual([['ci', 0]]);
    await time.advance(10_000);
    expect(sent).toHaveLength(2);
    expect([...poller.overduePolls()]).toEqual([['ci', 1]]);
    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'A credential is overdue and is polled now',
        fields: { credential: 'ci', lastPollSecondsAgo: 140 },
      },
    ]);
    await time.advance(HOUR_MS);
    expect(sent.length).toBeGreaterThan(25);
  });

  test('detects an overdue credential by the monotonic clock only', async () => {
    const { poller, time, sent } = createSilentBench();
    poller.apply([credential('ci')], { concurrency: 1 });
    await time.advance(60_000);
    time.setWallClock(-24 * HOUR_MS);
    await time.advance(60_000);
    time.setWallClock(48 * HOUR_MS);
    await time.advance(20_000);
    expect(sent).toHaveLength(2);
  });

  test('does not poll an overdue credential that the hub has blocked or whose probe is running', async () => {
    const blocked = createSilentBench(async () => ({ ...BLOCKED, retryAfterSeconds: 900 }));
    blocked.poller.apply([credential('ci')], { concurrency: 1 });
    await blocked.time.advance(890_000);
    expect(blocked.sent).toHaveLength(1);
    const slow = createSilentBench(hangingProbe);
    slow.poller.apply([credential('ci', { timeoutMs: 300_000 })], { concurrency: 1 });
    await slow.time.advance(300_000);
    expect(slow.sent).toHaveLength(1);
  });

  test('detects no overdue credential while schedules work', async () => {
    const { poller, time, lines } = createTestPoller(async () => METERED);
    poller.apply([credential('ci', { jitterMs: 10_000 })], { concurrency: 1 });
    await time.advance(6 * HOUR_MS);
    expect([...poller.overduePolls()]).toEqual([['ci', 0]]);
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  test('probes again after the wall clock has jumped forward by more than an interval, as after a suspension', async () => {
    const { poller, time, sent } = createTestPoller(async () => METERED);
    poller.apply([credential('ci')], { concurrency: 1 });
    await time.advance(10 * MINUTE_MS + 30_000);
    const before = sent.length;
    poller.clockJumped(5_000);
    poller.clockJumped(-HOUR_MS);
    await time.advance(0);
    expect(sent).toHaveLength(before);
    poller.clockJumped(HOUR_MS);
    await time.advance(0);
    expect(sent).toHaveLength(before + 1);
  });

  test('removes the count of a credential that is no longer polled', () => {
    const { poller } = createSilentBench();
    poller.apply([credential('a'), credential('b')], { concurrency: 1 });
    poller.apply([credential('b')], { concurrency: 1 });
    expect([...poller.overduePolls().keys()]).toEqual(['b']);
  });
});
