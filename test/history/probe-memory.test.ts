import { describe, expect, test } from 'vitest';
import { createMemoryHistory } from '../../src/history/memory-history.ts';
import { rememberProbes } from '../../src/history/probe-memory.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { anonymous, observation } from './fixtures.ts';
import { left } from './sqlite/scene.ts';

function createScene() {
  const clock = { now: () => 0, monotonicMs: () => 0 };
  const history = createMemoryHistory({ clock, log: createLogRecorder().log });
  history.apply([anonymous('anonymous')]);
  return { history, recentProbes: rememberProbes(history) };
}

describe('rememberProbes()', () => {
  test('tells the newest probes, newest first', () => {
    const { history, recentProbes } = createScene();
    history.record(observation('anonymous', left(9), 1));
    history.record(observation('anonymous', { kind: 'failed', reason: 'dns', detail: 'x' }, 2));
    const told = recentProbes('anonymous');
    expect(told?.newest.map(({ outcome }) => outcome.kind)).toEqual(['failed', 'limited']);
    expect(told?.failures.length).toBe(1);
    expect(recentProbes('other')).toBe(undefined);
  });

  test('begins anew for a credential that has become another one', () => {
    const { history, recentProbes } = createScene();
    history.record(observation('anonymous', left(9), 1));
    history.apply([{ name: 'anonymous', hasLogin: false, fingerprint: 'another' }]);
    expect(recentProbes('anonymous')?.newest).toEqual([]);
  });
});
