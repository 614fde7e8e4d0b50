import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/domain/result.ts';
import { createResultFeed } from '../../src/history/result-feed.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';

const RESULT: Result = {
  credential: 'ci',
  at: 0,
  durationMs: 0,
  intervalMs: 60_000,
  outcome: { kind: 'unlimited', source: undefined },
};

describe('createResultFeed()', () => {
  test('tells each listener in the order of their coming', () => {
    const feed = createResultFeed(createLogRecorder().log);
    const heard: unknown[] = [];
    feed.subscribe((result) => heard.push(['first', result]));
    feed.subscribe((result) => heard.push(['second', result]));
    feed.publish(RESULT);
    expect(heard).toEqual([
      ['first', RESULT],
      ['second', RESULT],
    ]);
  });

  test('logs a listener that throws, and tells the others', () => {
    const { log, lines } = createLogRecorder();
    const feed = createResultFeed(log);
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
    expect(lines).toEqual([
      { level: 'error', message: 'A listener to results failed', fields: { credential: 'ci', error } },
    ]);
  });

  test('ends one subscription without ending another of the same function', () => {
    const feed = createResultFeed(createLogRecorder().log);
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

  test('lets a listener end its subscription, or begin another, while it is told', () => {
    const feed = createResultFeed(createLogRecorder().log);
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
