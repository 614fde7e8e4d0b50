import type { FleetCredential, FleetMember, FleetSnapshot } from '../../src/domain/history/fleet.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import { NOW } from './states.ts';

/** A credential of another Headroom with `remaining` of 100 pulls left. */
export function fleetCredential(
  name: string,
  remaining: number,
  changes: Partial<FleetCredential> = {},
): FleetCredential {
  const source = parseSource('192.0.2.1');
  return {
    name,
    hasLogin: false,
    up: true,
    limited: { kind: 'limited', limit: 100, remaining, windowSeconds: 3_600, source, downgraded: false },
    enforced: true,
    source,
    blocked: undefined,
    downgraded: false,
    lastPollAt: NOW - 20_000,
    lastSuccessAt: NOW - 20_000,
    exhaustionAt: undefined,
    ...changes,
  };
}

/** A credential before its first probe: its metrics contain the name alone. */
export const UNPROBED: Partial<FleetCredential> = {
  hasLogin: undefined,
  up: undefined,
  limited: undefined,
  enforced: undefined,
  source: undefined,
  lastPollAt: undefined,
  lastSuccessAt: undefined,
};

/** Another Headroom in a cluster. */
export function member(cluster: string, ...credentials: FleetCredential[]): FleetMember {
  return { labels: [['cluster', cluster]], credentials };
}

/** Returns the fleet at `NOW`. */
export function fleetOf(
  members: readonly FleetMember[],
  changes: Partial<FleetSnapshot> = {},
): FleetSnapshot {
  return { members, readAt: NOW, problem: undefined, warning: undefined, ...changes };
}
