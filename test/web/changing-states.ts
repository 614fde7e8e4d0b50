import type { CredentialState } from '../../src/domain/credential-state.ts';
import type { LiveEvent, LiveListener } from '../../src/domain/history/live-event.ts';
import type { WebOptions } from '../../src/web/web-options.ts';
import { NOW } from './states.ts';

/** A result of a credential, as the poller reports it. */
export function resultOf(credential: string): LiveEvent {
  const outcome = { kind: 'failed', reason: 'timeout', detail: '' } as const;
  return { kind: 'result', result: { credential, at: NOW, durationMs: 120, intervalMs: 60_000, outcome } };
}

/** Creates credentials that change while pages are open and report it. */
export function liveStates(first: readonly CredentialState[]) {
  const listeners = new Set<LiveListener>();
  let states = first;
  const options: Pick<WebOptions, 'states' | 'subscribe'> = {
    states: () => states,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  function tell(event: LiveEvent): void {
    for (const listener of listeners) listener(event);
  }

  return {
    options,
    /** Sends an event. */
    tell,
    /** Changes to other states, with a result of each. */
    become(next: readonly CredentialState[]): void {
      states = next;
      for (const { identity, latest } of next) {
        tell(latest ? { kind: 'result', result: latest } : resultOf(identity.name));
      }
    },
  };
}
