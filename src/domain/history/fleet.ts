import { type CredentialSnapshot, NOTHING_SHOWN } from '../credential-snapshot.ts';

/**
 * A credential of another Headroom, read from its metrics. They do not contain the reason of a failure or the end of a
 * block.
 */
export interface FleetCredential
  extends Pick<
    CredentialSnapshot,
    'name' | 'up' | 'limited' | 'enforced' | 'source' | 'blocked' | 'downgraded' | 'lastSuccessAt'
  > {
  /** Whether it has a login; undefined until its limit is known. */
  readonly hasLogin: boolean | undefined;
  /** When the newest probe ended, in milliseconds since the epoch. */
  readonly lastPollAt: number | undefined;
  /** Forecast exhaustion of its bucket in milliseconds since the epoch; undefined when none is expected. */
  readonly exhaustionAt: number | undefined;
}

/** Names and values of labels, in a fixed order. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** Another Headroom. */
export interface FleetMember {
  /** The labels that distinguish it from the others; at least one, unless its series have no labels. */
  readonly labels: Labels;
  /** Sorted by name. */
  readonly credentials: readonly FleetCredential[];
}

/** The other Headrooms at one moment. */
export interface FleetSnapshot {
  /** Sorted by labels, without this Headroom. */
  readonly members: readonly FleetMember[];
  /** Time of the last successful read, in milliseconds since the epoch; undefined before the first. */
  readonly readAt: number | undefined;
  /** Why the fleet cannot be read now: a clause without a full stop and without secrets. Undefined: it can. */
  readonly problem: string | undefined;
  /** A warning of Prometheus about a successful answer, such as a missing store; undefined without one. */
  readonly warning: string | undefined;
}

/** Returns a credential of the fleet of which only the name is shown. */
export function brokenFleetCredential({ name }: Pick<FleetCredential, 'name'>): FleetCredential {
  return {
    name,
    hasLogin: undefined,
    ...NOTHING_SHOWN,
    lastPollAt: undefined,
    exhaustionAt: undefined,
  };
}
