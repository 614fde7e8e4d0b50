import type { CredentialIdentity } from '../domain/credential-state.ts';
import { addProbe, type RecentProbes } from '../domain/history/recent-probes.ts';
import type { History } from './history.ts';

/** Tells the newest probes of a credential; undefined when there is no such credential. */
export type TellProbes = (name: string) => RecentProbes | undefined;

const NONE: RecentProbes = { newest: [], failures: [] };

/** Remembers the newest probes of every credential for as long as the process lives, and the credential stays the same. */
export function rememberProbes(history: Pick<History, 'state' | 'subscribe'>): TellProbes {
  const remembered = new WeakMap<CredentialIdentity, RecentProbes>();
  history.subscribe(({ credential, at, durationMs, outcome }) => {
    const identity = history.state(credential)?.identity;
    if (!identity) return;
    remembered.set(identity, addProbe(remembered.get(identity) ?? NONE, { at, durationMs, outcome }));
  });
  return (name) => {
    const state = history.state(name);
    return state && (remembered.get(state.identity) ?? NONE);
  };
}
