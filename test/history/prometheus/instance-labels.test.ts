import { describe, expect, test } from 'vitest';
import { instanceLabelsOf, tellApart } from '../../../src/history/prometheus/instance-labels.ts';

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

describe('tellApart()', () => {
  // label sets, what is left of them
  test.each<[string, Record<string, string>[], Record<string, string>[]]>([
    ['nothing of nothing', [], []],
    ['nothing of no labels', [{}], [{}]],
    ['one alone by what somebody named', [{ cluster: 'a', job: 'j', instance: 'i' }], [{ cluster: 'a' }]],
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
    const told = tellApart(sets.map((labels) => Object.entries(labels)));
    expect(told.map((labels) => Object.fromEntries(labels))).toEqual(expected);
  });
});
