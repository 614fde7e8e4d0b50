import { describe, expect, test } from 'vitest';
import { type Probe, runProbe } from '../../src/poller/polled-credential.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { credential, hangingProbe, METERED, slowProbe } from './fixtures.ts';
import { createVirtualTime, settled } from './virtual-time.ts';

function createFixture(probe: Probe) {
  const time = createVirtualTime();
  const { log, lines } = createLogRecorder();
  const abort = new AbortController();
  const running = runProbe(
    { probe, timers: time.timers, log },
    credential('ci', { timeoutMs: 10_000 }),
    abort,
  );
  return { time, lines, abort, running };
}

describe('runProbe()', () => {
  test('returns the reading of the probe, and leaves no timer', async () => {
    const { time, running } = createFixture(async () => METERED);
    expect(await running).toBe(METERED);
    expect(time.pending()).toBe(0);
  });

  test.each<{ probe: Probe; detail: string; how: string }>([
    {
      how: 'rejects',
      probe: () => Promise.reject(new Error('The disk is full')),
      detail: 'The disk is full',
    },
    {
      how: 'throws',
      probe: () => {
        throw new TypeError('x is not a function');
      },
      detail: 'x is not a function',
    },
    { how: 'rejects with no error', probe: () => Promise.reject('so there'), detail: 'so there' },
    {
      how: 'tells a secret',
      probe: () => Promise.reject(new Error('Refused: dckr_pat_abcDEF-123')),
      detail: 'Refused: dckr_pat_<secret>',
    },
  ])('makes an internal failure of a probe that $how, and logs it', async ({ probe, detail }) => {
    const { lines, running } = createFixture(probe);
    expect(await running).toEqual({ kind: 'failed', reason: 'internal', detail });
    expect(lines.map(({ level, fields }) => [level, fields.credential])).toEqual([['error', 'ci']]);
  });

  test('does not abort a probe within its own timeout', async () => {
    const time = createVirtualTime();
    const abort = new AbortController();
    const ports = {
      probe: slowProbe(time.timers, 10_000),
      timers: time.timers,
      log: createLogRecorder().log,
    };
    const running = runProbe(ports, credential('ci', { timeoutMs: 10_000 }), abort);
    await time.advance(10_000);
    expect(await running).toBe(METERED);
  });

  test('aborts a probe that hangs 5 s longer than its timeout', async () => {
    const { time, abort, lines, running } = createFixture(hangingProbe);
    await time.advance(14_999);
    expect(abort.signal.aborted).toBe(false);
    await time.advance(1);
    expect(await running).toEqual({
      kind: 'failed',
      reason: 'internal',
      detail: 'The probe did not end in its time',
    });
    expect(abort.signal.aborted).toBe(true);
    expect(lines.map(({ level }) => level)).toEqual(['error']);
  });

  test('returns undefined as soon as it is aborted, even while the probe hangs', async () => {
    const { time, abort, running } = createFixture(hangingProbe);
    abort.abort();
    expect(await running).toBeUndefined();
    expect(time.pending()).toBe(0);
  });

  test('does not log a probe that rejects because it was aborted', async () => {
    const { abort, lines, running } = createFixture(
      (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    abort.abort();
    expect(await running).toBeUndefined();
    await settled();
    expect(lines).toEqual([]);
  });
});
