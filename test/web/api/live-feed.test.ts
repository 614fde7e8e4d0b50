import { describe, expect, test } from 'vitest';
import type { LiveListener } from '../../../src/domain/history/live-event.ts';
import { createLiveFeed, toEventText } from '../../../src/web/api/live-feed.ts';
import { resultOf } from '../changing-states.ts';

test('toEventText() writes an event whose data can neither end it nor begin another field', () => {
  const data = { detail: 'x\n\nevent: evil\r\ndata: y\u2028' };
  const text = toEventText({ id: 'run-1', event: 'result', data });
  const [id, event, json, ...rest] = text.split(/\r\n|\n|\r/);
  expect([id, event, rest]).toEqual(['id: run-1', 'event: result', ['', '']]);
  expect(JSON.parse(json?.replace('data: ', '') ?? '')).toEqual(data);
});

test('toEventText() leaves a client where it is when it names no place', () => {
  expect(toEventText({ event: 'reset', data: {} })).toBe('event: reset\ndata: {}\n\n');
});

/** A feed of this run, and the way to make things happen. */
function feedOf(run: string, keptEvents?: number) {
  let tell: LiveListener = () => undefined;
  let isSubscribed = false;
  const feed = createLiveFeed(
    (listener) => {
      tell = listener;
      isSubscribed = true;
      return () => {
        isSubscribed = false;
      };
    },
    run,
    keptEvents,
  );
  const happen = (...names: string[]) => {
    for (const name of names) tell(resultOf(name));
  };
  return { feed, happen, isSubscribed: () => isSubscribed };
}

function namesAfter(feed: ReturnType<typeof feedOf>['feed'], id: string): string[] | undefined {
  return feed.after(id)?.map(({ event }) => (event.kind === 'result' ? event.result.credential : event.kind));
}

describe('createLiveFeed()', () => {
  test('returns the events after an event', () => {
    const { feed, happen } = feedOf('run');
    const before = feed.newestId();
    happen('a', 'b');
    const between = feed.newestId();
    happen('c');
    expect(namesAfter(feed, before)).toEqual(['a', 'b', 'c']);
    expect(namesAfter(feed, between)).toEqual(['c']);
    expect(namesAfter(feed, feed.newestId())).toEqual([]);
  });

  test('keeps a maximum of events, and returns undefined before them', () => {
    const { feed, happen } = feedOf('run', 3);
    happen('a', 'b', 'c', 'd', 'e');
    expect(namesAfter(feed, 'run-2')).toEqual(['c', 'd', 'e']);
    expect(feed.after('run-1')).toBeUndefined();
  });

  test.each(['other-1', 'run-9', 'run', '', 'run-x', 'run--1', 'run-0.5', '__proto__-1'])(
    'returns undefined for %j',
    (id) => {
      const { feed, happen } = feedOf('run');
      happen('a');
      expect(feed.after(id)).toBeUndefined();
    },
  );

  test('notifies subscribers until they unsubscribe', () => {
    const { feed, happen } = feedOf('run');
    const heard: string[] = [];
    const stop = feed.subscribe(({ id }) => heard.push(id));
    happen('a');
    stop();
    happen('b');
    expect(heard).toEqual(['run-1']);
  });

  test('writes an event once for all', () => {
    const { feed, happen } = feedOf('run');
    happen('a');
    const [entry] = feed.after('run-0') ?? [];
    expect(entry?.text()).toBe(entry?.text());
    expect(entry?.text()).toMatch(/^id: run-1\nevent: result\ndata: \{"credential":"a",.*\}\n\n$/);
  });

  test('unsubscribes from its source when it is closed', () => {
    const { feed, isSubscribed } = feedOf('run');
    feed.close();
    expect(isSubscribed()).toBe(false);
  });
});
