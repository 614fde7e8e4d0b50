import { describe, expect, test } from 'vitest';
import type { Labels } from '../../../src/domain/history/fleet.ts';
import { createMemoryNotes } from '../../../src/history/notes.ts';
import { createOwnLabels } from '../../../src/history/prometheus/own-labels.ts';

function labels(pod: string): Labels {
  return [
    ['job', 'headroom'],
    ['pod', pod],
  ];
}

describe('createOwnLabels()', () => {
  test('puts what was found before what earlier processes noted, each once and four at most', () => {
    const notes = createMemoryNotes();
    for (const pod of ['a', 'b', 'c', 'a', 'd', 'e']) {
      const own = createOwnLabels(notes);
      own.recall();
      own.found([labels(pod)]);
    }
    const own = createOwnLabels(notes);
    expect(own.all()).toEqual([]);
    own.recall();
    expect(own.all()).toEqual(['e', 'd', 'a', 'c'].map(labels));
  });

  test('tells earlier processes apart only until it is found itself', () => {
    const notes = createMemoryNotes();
    notes.write('own-labels', [labels('a')]);
    const own = createOwnLabels(notes);
    own.recall();
    expect([own.isEarlier(labels('a')), own.isEarlier(labels('b'))]).toEqual([true, false]);
    own.found([labels('b')]);
    expect(own.isEarlier(labels('a'))).toBe(false);
  });

  test.each([['text'], [[['job', 'headroom']]], [[[['job', 1]]]], [{ job: 'headroom' }]])(
    'passes over a note that is none: %j',
    (note) => {
      const notes = createMemoryNotes();
      notes.write('own-labels', note);
      const own = createOwnLabels(notes);
      own.recall();
      expect(own.all()).toEqual([]);
    },
  );
});
