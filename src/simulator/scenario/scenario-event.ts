import type { Image, PullPolicy, Rollout, Team, TimedChange, TimedFault } from './scenario.ts';

/** Something that happens in a scenario, whatever the hub answers. `at` is in milliseconds since the epoch. */
export type ScenarioEvent =
  | PlannedPull
  | { readonly kind: 'fault-begins'; readonly at: number; readonly fault: TimedFault }
  | { readonly kind: 'fault-ends'; readonly at: number; readonly fault: TimedFault }
  | { readonly kind: 'change'; readonly at: number; readonly change: TimedChange };

/** A machine of a team pulls an image. */
export interface PlannedPull {
  readonly kind: 'pull';
  readonly at: number;
  readonly team: Team;
  readonly image: Image;
  readonly policy: PullPolicy;
  /** The machine among those of the team; undefined for one that has nothing and is thrown away. */
  readonly node?: string;
  /** What it is a part of; such a pull is tried until it works. */
  readonly rollout?: Rollout;
}
