import { describe, expect, test } from 'vitest';
import { findSharedProblem } from '../../../src/web/overview/head.ts';
import { failure, STATE_IN, snapshotOf, stateAfter } from '../states.ts';

function problemOf(...readings: Parameters<typeof stateAfter>[1][number][]) {
  return findSharedProblem(readings.map((reading, i) => snapshotOf(stateAfter(`c${i}`, [reading]))));
}

describe('findSharedProblem()', () => {
  test('states why Docker Hub cannot be reached, and how to test the network path', () => {
    expect(problemOf(failure('dns', 'ENOTFOUND'), failure('dns', 'ENOTFOUND'))).toEqual({
      headline: 'Docker Hub cannot be reached',
      meaning: 'The name of Docker Hub could not be resolved.',
      detail: 'ENOTFOUND',
      advice: 'Check DNS on this machine, and hub.url for a typing error.',
      command: expect.stringMatching(/^curl .*registry-1\.docker\.io/),
    });
  });

  test('blames the way for nothing that lies beyond it', () => {
    const problem = problemOf(failure('server_error', ''));
    expect(problem).toMatchObject({
      headline: 'No usable answer from Docker Hub',
      detail: undefined,
      command: undefined,
    });
  });

  test('shows a detail of 6,000 characters, and of others, as a short one without commands', () => {
    const { detail } = problemOf(failure('tls', `\u202E${'x'.repeat(6_000)}`)) ?? {};
    expect(detail).toBe(`${'x'.repeat(400)}…`);
  });

  test('is undefined without credentials, with different problems, or if one has none', () => {
    expect(findSharedProblem([])).toBeUndefined();
    expect(problemOf(failure('dns'), failure('timeout'))).toBeUndefined();
    expect(
      findSharedProblem([snapshotOf(stateAfter('a', [failure('dns')])), snapshotOf(STATE_IN.ok)]),
    ).toBeUndefined();
  });
});
