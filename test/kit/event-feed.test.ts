import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/domain/result.ts';
import { createEventFeed } from '../../src/kit/event-feed.ts';

const fail = (error: unknown) => {
  throw error;
};
const RESULT: Result = {
  credential: 'ci',
  at: 0,
  durationMs: 0,
  intervalMs: 60_000,
  outcome: { kind: 'unlimited', source: undefined },
};

describe('createEventFeed()', () => {
  test('passes an event to the listeners in the order of their subscriptions', () => {
    const feed = createEventFeed<Result>(fail);
    const heard: unknown[] = [];
    feed.subscribe((result) => heard.push(['first', result]));
    feed.subscribe((result) => heard.push(['second', result]));
    feed.publish(RESULT);
    expect(heard).toEqual([
      ['first', RESULT],
      ['second', RESULT],
    ]);
  });

  test('reports a listener that throws, and passes the event to the others', () => {
    const failures: unknown[] = [];
    const feed = createEventFeed<Result>((...failure) => failures.push(failure));
    let heard = 0;
    const error = new Error('No more');
    feed.subscribe(() => {
      throw error;
    });
    feed.subscribe(() => {
      heard += 1;
    });
    feed.publish(RESULT);
    expect(heard).toBe(1);
    expect(failures).toEqual([[error, RESULT]]);
  });

  test('ends one subscription without ending another of the same function', () => {
    const feed = createEventFeed<Result>(fail);
    let heard = 0;
    const listener = () => {
      heard += 1;
    };
    const end = feed.subscribe(listener);
    feed.subscribe(listener);
    end();
    end();
    feed.publish(RESULT);
    expect(heard).toBe(1);
  });

  test('lets a listener end its subscription, or begin another, while it receives an event', () => {
    const feed = createEventFeed<Result>(fail);
    const heard: string[] = [];
    const end = feed.subscribe(() => {
      heard.push('once');
      end();
      feed.subscribe(() => heard.push('later'));
    });
    feed.publish(RESULT);
    expect(heard).toEqual(['once']);
    feed.publish(RESULT);
    expect(heard).toEqual(['once', 'later']);
  });
});
