import { describe, expect, test } from 'vitest';
import { createChanges } from '../../src/alerts/changes.ts';
import type { AlertEvent } from '../../src/domain/alerts/lifecycle/alert-event.ts';
import type { AlertDocument } from '../../src/domain/alerts/lifecycle/alert-store.ts';
import { alertOf } from '../domain/alerts/alert-of.ts';

const documentOf = (key: string, value: unknown): AlertDocument => ({ kind: 'told', key, value });
const eventAt = (at: number): AlertEvent => ({ kind: 'firing', at, alert: alertOf('acme') });

describe('createChanges()', () => {
  test('hands over what has gathered once', () => {
    const changes = createChanges();
    expect(changes.take()).toBeUndefined();
    changes.put(documentOf('a', 1));
    changes.tell(eventAt(1));
    expect(changes.take()).toEqual({ put: [documentOf('a', 1)], remove: [], events: [eventAt(1)] });
    expect(changes.take()).toBeUndefined();
  });

  test('of one key the last word counts, put or removed', () => {
    const changes = createChanges();
    changes.put(documentOf('a', 1));
    changes.put(documentOf('a', 2));
    changes.put(documentOf('b', 1));
    changes.remove('told', 'b');
    changes.remove('told', 'c');
    changes.put(documentOf('c', 1));
    expect(changes.take()).toEqual({
      put: [documentOf('a', 2), documentOf('c', 1)],
      remove: [{ kind: 'told', key: 'b' }],
      events: [],
    });
  });

  test('one key of two kinds is two documents', () => {
    const changes = createChanges();
    changes.put(documentOf('a', 1));
    changes.remove('outbox', 'a');
    expect(changes.take()).toMatchObject({ put: [{ kind: 'told' }], remove: [{ kind: 'outbox' }] });
  });

  test('what is put back gives way to what has changed since, and comes before it', () => {
    const changes = createChanges();
    changes.put(documentOf('a', 'old'));
    changes.put(documentOf('b', 'old'));
    changes.tell(eventAt(1));
    const failed = changes.take();
    changes.remove('told', 'a');
    changes.tell(eventAt(2));
    if (failed) changes.putBack(failed);
    expect(changes.take()).toEqual({
      put: [documentOf('b', 'old')],
      remove: [{ kind: 'told', key: 'a' }],
      events: [eventAt(1), eventAt(2)],
    });
  });

  test('gives up the oldest events where more than 2,000 wait', () => {
    const changes = createChanges();
    for (let at = 0; at < 2_001; at += 1) changes.tell(eventAt(at));
    const failed = changes.take();
    if (failed) changes.putBack(failed);
    const events = changes.take()?.events;
    expect(events).toHaveLength(2_000);
    expect(events?.[0]?.at).toBe(1);
  });
});
