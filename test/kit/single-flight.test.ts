import { describe, expect, test } from 'vitest';
import { failed, type Reading } from '../../src/domain/reading.ts';
import { createSingleFlight } from '../../src/kit/single-flight.ts';

const READING: Reading = { kind: 'unmetered', source: undefined };

/** A group whose callers that abort get a failed reading. */
function singleFlight() {
  return createSingleFlight<Reading>(({ reason }) =>
    failed('timeout', `The probe was cancelled: ${reason.message}`),
  );
}

/** Work that a test ends, or that fails when it is aborted. */
function controlledWork() {
  const calls: AbortSignal[] = [];
  const endings: ((reading: Reading) => void)[] = [];
  const work = (signal: AbortSignal): Promise<Reading> =>
    new Promise((resolve) => {
      calls.push(signal);
      endings.push(resolve);
      signal.addEventListener('abort', () => resolve(failed('timeout', 'aborted')));
    });
  return { work, calls, end: (call: number) => endings[call]?.(READING) };
}

describe('run()', () => {
  test('does the work of one key once at a time', async () => {
    const { run } = singleFlight();
    const { work, calls, end } = controlledWork();

    const first = [run('a', undefined, work), run('a', undefined, work), run('b', undefined, work)];
    end(0);
    end(1);
    await Promise.all(first);
    const second = run('a', undefined, work);
    end(2);

    expect(await second).toBe(READING);
    expect(calls).toHaveLength(3);
  });

  test('leaves work alone that has ended by itself', async () => {
    const { run } = singleFlight();
    const { work, calls, end } = controlledWork();

    const landed = run('a', new AbortController().signal, work);
    end(0);
    await landed;

    expect(calls.map(({ aborted }) => aborted)).toEqual([false]);
  });

  test('aborts the work when the last caller has left, and starts anew for the next', async () => {
    const { run } = singleFlight();
    const { work, calls, end } = controlledWork();
    const [one, two] = [new AbortController(), new AbortController()];

    const left = [run('a', one.signal, work), run('a', two.signal, work)];
    one.abort(new Error('one left'));
    const first = await left[0];
    const goesOn = calls[0]?.aborted === false;
    two.abort(new Error('two left'));
    const second = await left[1];
    const next = run('a', undefined, work);
    end(1);

    expect([first, second]).toEqual([
      failed('timeout', 'The probe was cancelled: one left'),
      failed('timeout', 'The probe was cancelled: two left'),
    ]);
    expect([goesOn, calls[0]?.aborted]).toEqual([true, true]);
    expect(await next).toBe(READING);
  });

  test('does not begin when the signal has already aborted', async () => {
    const { run } = singleFlight();
    const { work, calls } = controlledWork();

    const reading = await run('a', AbortSignal.abort(new Error('too late')), work);

    expect(reading).toEqual(failed('timeout', 'The probe was cancelled: too late'));
    expect(calls).toEqual([]);
  });

  test('passes a rejection on, and nothing stays behind', async () => {
    const { run } = singleFlight();

    await expect(run('a', undefined, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await run('a', undefined, async () => READING)).toBe(READING);
  });

  test('aborts everything on demand', async () => {
    const { run, abortAll } = singleFlight();
    const { work } = controlledWork();

    const probes = [run('a', undefined, work), run('b', undefined, work)];
    abortAll(new Error('closing'));

    expect(await Promise.all(probes)).toEqual([failed('timeout', 'aborted'), failed('timeout', 'aborted')]);
  });

  test('waits for all to land, however they do', async () => {
    const { run, allSettled } = singleFlight();
    const landings: ((reading: Reading) => void)[] = [];
    const work = () => new Promise<Reading>((resolve) => landings.push(resolve));
    const broken = run('broken', undefined, () => Promise.reject(new Error('broken')));
    const probe = run('a', undefined, work);
    let isOver = false;
    const over = allSettled().then(() => {
      isOver = true;
    });

    await expect(broken).rejects.toThrow('broken');
    expect(isOver).toBe(false);
    landings[0]?.(failed('dns', 'landed'));
    await over;

    expect(await probe).toEqual(failed('dns', 'landed'));
  });
});
