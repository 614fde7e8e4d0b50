import { expect, test } from 'vitest';
import type { AlertEvent } from '../src/domain/alerts/lifecycle/alert-store.ts';
import type { LiveEvent } from '../src/domain/history/live-event.ts';
import type { Result } from '../src/domain/result.ts';
import { subscribeToAll } from '../src/live-events.ts';

/** Something that can be listened to. */
function createSource<T>() {
  const listeners = new Set<(value: T) => void>();
  return {
    subscribe(listener: (value: T) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell: (value: T) => {
      for (const listener of listeners) listener(value);
    },
    listeners,
  };
}

test('subscribeToAll() tells of results and alerts, until it is ended', () => {
  const [history, alerts] = [createSource<Result>(), createSource<AlertEvent>()];
  const heard: LiveEvent[] = [];
  const end = subscribeToAll(history, alerts, (event) => heard.push(event));
  const result = { credential: 'ci' } as Result;
  const event = { kind: 'firing', at: 1 } as AlertEvent;
  history.tell(result);
  alerts.tell(event);
  expect(heard).toEqual([
    { kind: 'result', result },
    { kind: 'alert', event },
  ]);
  end();
  expect(history.listeners.size + alerts.listeners.size).toBe(0);
});
