import { describe, expect, test } from 'vitest';
import type { Labels } from '../../../src/domain/history/fleet.ts';
import { createMemoryKeyValueStore } from '../../../src/history/history.ts';
import {
  createOwnLabels,
  createOwnPolls,
  distinguishingLabels,
  instanceLabelsOf,
} from '../../../src/history/prometheus/own-instance.ts';
import { NOW } from './series.ts';

describe('instanceLabelsOf()', () => {
  test('leaves out what Headroom itself labels its series with', () => {
    const labels = {
      __name__: 'dockerhub_up',
      job: 'j',
      credential: 'ci',
      source: 's',
      kind: 'k',
      reason: 'r',
      a: 'x',
    };
    expect(instanceLabelsOf(labels)).toEqual([
      ['a', 'x'],
      ['job', 'j'],
    ]);
  });
});

describe('distinguishingLabels()', () => {
  // label sets, what is left of them
  test.each<[string, Record<string, string>[], Record<string, string>[]]>([
    ['nothing of nothing', [], []],
    ['nothing of no labels', [{}], [{}]],
    ['one alone by a label of the operator', [{ cluster: 'a', job: 'j', instance: 'i' }], [{ cluster: 'a' }]],
    ['one alone by its job, at worst', [{ job: 'j', instance: 'i' }], [{ job: 'j' }]],
    [
      'by the label that differs',
      [
        { cluster: 'a', env: 'prod', instance: '1' },
        { cluster: 'b', env: 'prod', instance: '2' },
      ],
      [{ cluster: 'a' }, { cluster: 'b' }],
    ],
    [
      'by instances where nothing else does',
      [
        { job: 'j', instance: '1' },
        { job: 'j', instance: '2' },
      ],
      [{ instance: '1' }, { instance: '2' }],
    ],
    [
      'by pods only where clusters do not suffice',
      [
        { cluster: 'a', pod: 'x', instance: '1' },
        { cluster: 'a', pod: 'y', instance: '2' },
        { cluster: 'b', pod: 'z', instance: '3' },
      ],
      [
        { cluster: 'a', pod: 'x' },
        { cluster: 'a', pod: 'y' },
        { cluster: 'b', pod: 'z' },
      ],
    ],
    ['by a label that only some have', [{ job: 'j' }, { cluster: 'b', job: 'j' }], [{}, { cluster: 'b' }]],
  ])('%s', (_, sets, expected) => {
    const told = distinguishingLabels(sets.map((labels) => Object.entries(labels)));
    expect(told.map((labels) => Object.fromEntries(labels))).toEqual(expected);
  });
});

function labels(pod: string): Labels {
  return [
    ['job', 'headroom'],
    ['pod', pod],
  ];
}

describe('createOwnLabels()', () => {
  test('puts what was found before what earlier processes noted, each once and four at most', () => {
    const notes = createMemoryKeyValueStore();
    for (const pod of ['a', 'b', 'c', 'a', 'd', 'e']) {
      const own = createOwnLabels(notes);
      own.restore();
      own.replace([labels(pod)]);
    }
    const own = createOwnLabels(notes);
    expect(own.all()).toEqual([]);
    own.restore();
    expect(own.all()).toEqual(['e', 'd', 'a', 'c'].map(labels));
  });

  test('separates earlier processes only until its own series are found', () => {
    const notes = createMemoryKeyValueStore();
    notes.write('own-labels', [labels('a')]);
    const own = createOwnLabels(notes);
    own.restore();
    expect(['a', 'b'].map((pod) => own.has(labels(pod)))).toEqual([true, false]);
    expect(own.replace([labels('b')])).toBe(true);
    expect(own.replace([labels('b')])).toBe(false);
    expect(['a', 'b'].map((pod) => own.has(labels(pod)))).toEqual([false, true]);
  });

  test.each([['text'], [[['job', 'headroom']]], [[[['job', 1]]]], [{ job: 'headroom' }]])(
    'passes over a note that is none: %j',
    (note) => {
      const notes = createMemoryKeyValueStore();
      notes.write('own-labels', note);
      const own = createOwnLabels(notes);
      own.restore();
      expect(own.all()).toEqual([]);
    },
  );
});

const RESULT = {
  credential: 'ci',
  at: NOW,
  durationMs: 120.123456,
  intervalMs: 60_000,
  outcome: { kind: 'unlimited', source: undefined },
} as const;

describe('createOwnPolls()', () => {
  // what differs, whether it is the same poll
  test.each([
    [{}, true],
    [{ durationMs: 120.123457 }, true],
    [{ durationMs: 120.1235 }, false],
    [{ at: NOW + 1 }, false],
    [{ credential: 'anonymous' }, false],
  ])('with %j: %j', (change, isSame) => {
    const polls = createOwnPolls();
    polls.record(RESULT);
    expect(polls.has({ ...RESULT, ...change })).toBe(isSame);
  });

  test('forgets the oldest of very many', () => {
    const polls = createOwnPolls();
    for (let i = 0; i <= 20_000; i++) polls.record({ ...RESULT, at: NOW + i });
    expect(polls.has(RESULT)).toBe(false);
    expect(polls.has({ ...RESULT, at: NOW + 1 })).toBe(true);
  });
});
