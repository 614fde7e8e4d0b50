import { describe, expect, test } from 'vitest';
import type { Reading } from '../../src/domain/reading.ts';
import type { Result } from '../../src/domain/result.ts';
import {
  collectRecentProbes,
  createMemoryAlertStore,
  createMemoryHistory,
} from '../../src/history/memory-history.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { anonymous, login, MINUTE_MS, metered, observation, START_AT } from './fixtures.ts';
import { alertDocument, changes, fired } from './sqlite/alerts.ts';
import { left } from './sqlite/sqlite-fixture.ts';

const FAILED: Reading = { kind: 'failed', reason: 'dns', detail: 'No such host' };

function createFixture() {
  let now = START_AT;
  const { log, lines } = createLogRecorder();
  const history = createMemoryHistory({ clock: { now: () => now, monotonicMs: () => now }, log });
  return {
    history,
    lines,
    pass(durationMs: number) {
      now += durationMs;
    },
    now: () => now,
  };
}

describe('createMemoryHistory().record()', () => {
  test('folds the observation into the state and gives the result', () => {
    const { history } = createFixture();
    history.apply([anonymous('a')]);
    const result = history.record(observation('a', metered(100)));
    expect(result).toEqual({
      credential: 'a',
      at: START_AT,
      durationMs: 120,
      intervalMs: MINUTE_MS,
      outcome: {
        kind: 'limited',
        limit: 100,
        remaining: 50,
        windowSeconds: 3_600,
        source: undefined,
        downgraded: false,
      },
    });
    expect(history.state('a')).toMatchObject({ polls: 1, failures: {} });
    expect(history.state('a')?.latest).toBe(result);
  });

  test('counts failures and keeps the last known value', () => {
    const { history } = createFixture();
    history.apply([anonymous('a')]);
    const known = history.record(observation('a', metered(100)));
    history.record(observation('a', FAILED));
    history.record(observation('a', FAILED));
    expect(history.state('a')).toMatchObject({ polls: 3, failures: { dns: 2 } });
    expect(history.state('a')?.known).toEqual(known);
  });

  test('drops the observation of an unknown credential', () => {
    const { history } = createFixture();
    const heard: Result[] = [];
    history.apply([anonymous('a')]);
    history.subscribe((result) => heard.push(result));
    const version = history.version();
    expect(history.record(observation('gone', metered(100)))).toBeUndefined();
    expect(history.state('gone')).toBeUndefined();
    expect(history.version()).toBe(version);
    expect(heard).toEqual([]);
  });

  test('notifies the listeners after the state has changed', () => {
    const { history } = createFixture();
    history.apply([anonymous('a')]);
    const heard: unknown[] = [];
    history.subscribe((result) => heard.push(history.state('a')?.latest === result));
    history.record(observation('a', metered(100)));
    expect(heard).toEqual([true]);
  });

  test('records although a listener throws', () => {
    const { history, lines } = createFixture();
    history.apply([anonymous('a')]);
    history.subscribe(() => {
      throw new Error('No more');
    });
    expect(history.record(observation('a', metered(100)))).toBeDefined();
    expect(lines.map(({ level }) => level)).toEqual(['error']);
  });
});

describe('createMemoryHistory().apply()', () => {
  test('begins with credentials of which nothing is known, in the order of the configuration', () => {
    const { history } = createFixture();
    history.apply([login('z'), anonymous('a'), login('m')]);
    expect(history.states().map(({ identity, polls }) => [identity.name, polls])).toEqual([
      ['z', 0],
      ['a', 0],
      ['m', 0],
    ]);
  });

  test('keeps what is known of an unchanged credential, and takes over the new order', () => {
    const { history } = createFixture();
    history.apply([anonymous('a'), anonymous('b')]);
    history.record(observation('a', metered(100)));
    history.apply([anonymous('b'), anonymous('a')]);
    expect(history.states().map(({ identity, polls }) => [identity.name, polls])).toEqual([
      ['b', 0],
      ['a', 1],
    ]);
  });

  test('starts a credential anew whose fingerprint has changed', () => {
    const { history } = createFixture();
    history.apply([login('ci', 'one')]);
    history.record(observation('ci', metered(200)));
    history.apply([login('ci', 'two')]);
    expect(history.state('ci')).toMatchObject({
      polls: 0,
      latest: undefined,
      known: undefined,
      usualLimit: undefined,
    });
  });

  test('forgets a credential that is gone, also when it comes back', () => {
    const { history } = createFixture();
    history.apply([anonymous('a'), anonymous('b')]);
    history.record(observation('a', metered(100)));
    history.apply([anonymous('b')]);
    expect(history.states().map(({ identity }) => identity.name)).toEqual(['b']);
    expect(history.record(observation('a', metered(100)))).toBeUndefined();
    history.apply([anonymous('a'), anonymous('b')]);
    expect(history.state('a')?.polls).toBe(0);
  });
});

describe('createMemoryHistory().states() and version()', () => {
  test('stay the same until something changes', () => {
    const { history } = createFixture();
    history.apply([anonymous('a')]);
    const [states, version] = [history.states(), history.version()];
    expect(history.states()).toBe(states);
    history.record(observation('a', metered(100)));
    expect(history.states()).not.toBe(states);
    expect(history.version()).toBeGreaterThan(version);
    expect(states[0]?.polls).toBe(0);
  });

  test('change with a reload', () => {
    const { history } = createFixture();
    history.apply([anonymous('a')]);
    const [states, version] = [history.states(), history.version()];
    history.apply([anonymous('b')]);
    expect(history.states()).not.toBe(states);
    expect(history.version()).toBeGreaterThan(version);
  });
});

/** A login without source falls from 200 to 100: only the anonymous limit shows whether it is metered as anonymous. */
describe('createMemoryHistory() and the anonymous limit', () => {
  /** Whether the login counts as downgraded when it reports 100 after 200. */
  function isDowngraded({ history, now }: ReturnType<typeof createFixture>): boolean | undefined {
    history.record(observation('ci', metered(200), now()));
    const result = history.record(observation('ci', metered(100), now()));
    return result?.outcome.kind === 'limited' ? result.outcome.downgraded : undefined;
  }

  test('sees a login that is metered as the anonymous credential is', () => {
    const fixture = createFixture();
    fixture.history.apply([anonymous('a'), login('ci')]);
    fixture.history.record(observation('a', metered(100)));
    expect(isDowngraded(fixture)).toBe(true);
  });

  test('does not treat another lower limit as the anonymous limit', () => {
    const fixture = createFixture();
    fixture.history.apply([anonymous('a'), login('ci')]);
    fixture.history.record(observation('a', metered(10)));
    expect(isDowngraded(fixture)).toBe(false);
  });

  test('is not known without an anonymous credential', () => {
    const fixture = createFixture();
    fixture.history.apply([login('other'), login('ci')]);
    fixture.history.record(observation('other', metered(100)));
    expect(isDowngraded(fixture)).toBe(false);
  });

  test('is not known any more when it is too old to be shown', () => {
    const fixture = createFixture();
    fixture.history.apply([anonymous('a'), login('ci')]);
    fixture.history.record(observation('a', metered(100)));
    fixture.pass(3 * MINUTE_MS);
    expect(isDowngraded(fixture)).toBe(false);
  });

  test('is still known while a failed probe keeps it', () => {
    const fixture = createFixture();
    fixture.history.apply([anonymous('a'), login('ci')]);
    fixture.history.record(observation('a', metered(100)));
    fixture.history.record(observation('a', FAILED));
    expect(isDowngraded(fixture)).toBe(true);
  });

  test('is what the anonymous credential that answered last reports', () => {
    const fixture = createFixture();
    fixture.history.apply([anonymous('a'), anonymous('b'), login('ci')]);
    fixture.history.record(observation('a', metered(100)));
    fixture.history.record(observation('b', metered(10)));
    expect(isDowngraded(fixture)).toBe(false);
    fixture.history.record(observation('a', metered(100)));
    expect(isDowngraded(fixture)).toBe(true);
  });

  test.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('survives a reload with the order %s, %s that removes who answered last', (first, second) => {
    const fixture = createFixture();
    fixture.history.apply([anonymous('a'), anonymous('b'), anonymous('gone'), login('ci')]);
    fixture.history.record(observation('a', metered(10), START_AT));
    fixture.history.record(observation('b', metered(100), START_AT + 1));
    fixture.history.record(observation('gone', metered(10), START_AT + 2));
    fixture.history.apply([anonymous(first), anonymous(second), login('ci')]);
    expect(isDowngraded(fixture)).toBe(true);
  });
});

describe('createMemoryAlertStore()', () => {
  test('keeps what was committed last', () => {
    const store = createMemoryAlertStore();
    store.commit(changes({ put: [alertDocument('a', 1), alertDocument('a', 2), alertDocument('b', 1)] }));
    store.commit(changes({ remove: [{ kind: 'alert', key: 'b' }] }));
    expect(store.load()).toEqual([alertDocument('a', 2)]);
  });

  test('reports the newest events of a range, oldest first, and forgets the oldest', () => {
    const store = createMemoryAlertStore(3);
    store.commit(changes({ events: [0, 1, 2, 3].map((n) => fired(START_AT + n)) }));
    const told = (from: number, to: number, limit: number) =>
      store.events(START_AT + from, START_AT + to, limit).map(({ at }) => at - START_AT);
    expect(told(0, 10, 10)).toEqual([1, 2, 3]);
    expect(told(0, 3, 1)).toEqual([2]);
    expect(told(0, 3, 0)).toEqual([]);
  });
});

function createProbeHistory() {
  const clock = { now: () => 0, monotonicMs: () => 0 };
  const history = createMemoryHistory({ clock, log: createLogRecorder().log });
  history.apply([anonymous('anonymous')]);
  return { history, recentProbes: collectRecentProbes(history) };
}

describe('collectRecentProbes()', () => {
  test('reports the newest probes, newest first', () => {
    const { history, recentProbes } = createProbeHistory();
    history.record(observation('anonymous', left(9), 1));
    history.record(observation('anonymous', { kind: 'failed', reason: 'dns', detail: 'x' }, 2));
    const told = recentProbes('anonymous');
    expect(told?.newest.map(({ outcome }) => outcome.kind)).toEqual(['failed', 'limited']);
    expect(told?.failures.length).toBe(1);
    expect(recentProbes('other')).toBe(undefined);
  });

  test('begins anew for a credential that has become another one', () => {
    const { history, recentProbes } = createProbeHistory();
    history.record(observation('anonymous', left(9), 1));
    history.apply([{ name: 'anonymous', hasLogin: false, fingerprint: 'another' }]);
    expect(recentProbes('anonymous')?.newest).toEqual([]);
  });
});
