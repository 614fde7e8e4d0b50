import { describe, expect, test } from 'vitest';
import { sharedTrouble } from '../../../src/web/overview/head.ts';
import { failure, STATE_IN, stateAfter, viewOf } from '../states.ts';

function troubleOf(...readings: Parameters<typeof stateAfter>[1][number][]) {
  return sharedTrouble(readings.map((reading, i) => viewOf(stateAfter(`c${i}`, [reading]))));
}

describe('sharedTrouble()', () => {
  test('says why Docker Hub cannot be reached, and how to see whether the way is open', () => {
    expect(troubleOf(failure('dns', 'ENOTFOUND'), failure('dns', 'ENOTFOUND'))).toEqual({
      headline: 'Docker Hub cannot be reached',
      meaning: 'The name of Docker Hub could not be resolved.',
      detail: 'ENOTFOUND',
      advice: 'Check DNS on this machine, and hub.url for a typing error.',
      command: expect.stringMatching(/^curl .*registry-1\.docker\.io/),
    });
  });

  test('blames the way for nothing that lies beyond it', () => {
    const trouble = troubleOf(failure('server_error', ''));
    expect(trouble).toMatchObject({
      headline: 'Docker Hub tells nothing',
      detail: undefined,
      command: undefined,
    });
  });

  test('shows a detail of 6,000 characters, and of others, as a short one without commands', () => {
    const { detail } = troubleOf(failure('tls', `\u202E${'x'.repeat(6_000)}`)) ?? {};
    expect(detail).toBe(`${'x'.repeat(400)}…`);
  });

  test('is silent where there is nobody, or they suffer from different things, or one does not', () => {
    expect(sharedTrouble([])).toBeUndefined();
    expect(troubleOf(failure('dns'), failure('timeout'))).toBeUndefined();
    expect(sharedTrouble([viewOf(stateAfter('a', [failure('dns')])), viewOf(STATE_IN.ok)])).toBeUndefined();
  });
});
