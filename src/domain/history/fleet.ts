import type { CredentialSnapshot } from '../credential-snapshot.ts';

/**
 * A credential of another Headroom, as far as its metrics tell. What is not exported is not known: why a probe failed,
 * or when a block ends.
 */
export interface FleetCredential
  extends Pick<
    CredentialSnapshot,
    'name' | 'up' | 'limited' | 'enforced' | 'source' | 'blocked' | 'downgraded' | 'lastSuccessAt'
  > {
  /** Whether it is a login; undefined while nothing is known of its limit. */
  readonly hasLogin: boolean | undefined;
  /** When the newest probe ended, in milliseconds since the epoch. */
  readonly lastPollAt: number | undefined;
  /** When its bucket is likely to run dry, in milliseconds since the epoch; undefined when none is foreseen. */
  readonly exhaustionAt: number | undefined;
}

/** Names and values of labels, in a fixed order. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** Another Headroom. */
export interface FleetMember {
  /** The labels that tell it from the others; at least one, unless its series carry none at all. */
  readonly labels: Labels;
  /** In the order of their names. */
  readonly credentials: readonly FleetCredential[];
}

/** What is known of the other Headrooms at one moment. */
export interface FleetSnapshot {
  /** In the order of their labels; this Headroom is not among them. */
  readonly members: readonly FleetMember[];
  /** When that was read, in milliseconds since the epoch; undefined when nothing is known. */
  readonly readAt: number | undefined;
  /** Why the fleet cannot be read now: a clause without a full stop and without secrets. */
  readonly problem: string | undefined;
  /** What was wrong with an answer that was given all the same, such as a store that is missing from it. */
  readonly warning: string | undefined;
}

/** A credential of the fleet of which only its name is shown. */
export function brokenFleetCredential({ name }: Pick<FleetCredential, 'name'>): FleetCredential {
  return {
    name,
    hasLogin: undefined,
    up: false,
    limited: undefined,
    enforced: undefined,
    source: undefined,
    blocked: undefined,
    downgraded: false,
    lastPollAt: undefined,
    lastSuccessAt: undefined,
    exhaustionAt: undefined,
  };
}
