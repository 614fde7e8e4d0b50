import { parseImageReference } from '../../domain/image-reference.ts';
import type { NewAccount } from '../accounts.ts';
import type { FaultName, FaultScope } from '../faults/faults.ts';
import type { Limits } from '../metering/bucket.ts';
import type { ProfileName } from '../profile.ts';

/** Who pulls what from the simulated hub, and what becomes of the hub meanwhile: a scenario file, read and resolved. */
export interface Scenario {
  /** One line for people. */
  readonly title: string;
  /** IANA name; hours and weekdays are those of this zone. */
  readonly timeZone: string;
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  /** Milliseconds since the epoch. */
  readonly endAt: number;
  /** How many times faster than the clock it is played live. */
  readonly speed: number;
  /** The same seed gives the same traffic. */
  readonly seed: number;
  readonly profile: ProfileName;
  /** In place of the profile's. */
  readonly limits: Partial<Limits>;
  readonly accounts: readonly NewAccount[];
  readonly caches: readonly Cache[];
  readonly teams: readonly Team[];
  readonly faults: readonly TimedFault[];
  readonly changes: readonly TimedChange[];
}

/** By whose bucket the hub meters somebody. */
export interface Origin {
  /** The address it sees. */
  readonly source: string;
  /** The account that signs in; anonymous without. */
  readonly account?: string;
}

/** A pull-through cache. */
export interface Cache extends Origin {
  readonly name: string;
}

/** People and machines who pull. */
export interface Team {
  readonly name: string;
  /** The hub itself, or the cache in front of it by its name. */
  readonly through: Origin | { readonly cache: string };
  readonly runtime: Runtime;
  /** What traffic and bursts pull: each time one of these. */
  readonly images: readonly Image[];
  readonly traffic: readonly Traffic[];
  readonly bursts: readonly Burst[];
  readonly rollouts: readonly Rollout[];
}

/** How a container runtime asks for an image: see runtime.ts. */
export type Runtime = 'containerd' | 'cri-o';

/** The runtimes, for messages and choices. */
export const RUNTIMES = ['containerd', 'cri-o'] as const satisfies readonly Runtime[];

/** Whether a node asks for an image that it has. */
export type PullPolicy = 'always' | 'if-not-present';

/** The pull policies, for messages and choices. */
export const PULL_POLICIES = ['always', 'if-not-present'] as const satisfies readonly PullPolicy[];

/** An image of the simulated hub. */
export interface Image {
  /** `library/nginx`. */
  readonly repository: string;
  readonly tag: string;
}

/** Images pulled at random moments, each on a machine that has none. Traffic of several lines adds up. */
export interface Traffic {
  /** Images in an hour, on average. */
  readonly perHour: number;
  readonly days: Days;
  readonly hours: Hours;
}

/** Images pulled within a short time, on each of some days. */
interface Burst {
  readonly days: Days;
  /** Minutes since midnight. */
  readonly minute: number;
  readonly count: number;
  readonly withinMs: number;
}

/** A workload that starts once: in each cluster some pods, spread over its nodes, with a container for each image. */
export interface Rollout {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly withinMs: number;
  readonly clusters: number;
  /** Nodes of each cluster. A team's rollouts run on the same nodes, which keep what they have pulled. */
  readonly nodes: number;
  /** Pods in each cluster. */
  readonly pods: number;
  /** Images of each pod. */
  readonly images: readonly Image[];
  readonly policy: PullPolicy;
}

/** Whether a weekday is meant, Monday first. */
export type Days = readonly boolean[];

/** A part of the day, from one minute since midnight to before another; over midnight where `to` is not later. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

/** A fault for some time. */
export interface TimedFault {
  readonly fault: FaultName;
  readonly scope: FaultScope;
  readonly at: number;
  readonly endAt: number;
}

/** Another profile or other limits from some moment on. */
export interface TimedChange {
  readonly at: number;
  readonly profile?: ProfileName;
  readonly limits?: Partial<Limits>;
}

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

/** Reads an image of Docker Hub by its tag, `nginx:1.29` or `docker.io/acme/tool`; undefined for anything else. */
export function parseHubImage(value: unknown): Image | undefined {
  try {
    const { domain, path, tag, digest } = parseImageReference(String(value));
    const isHub = domain === 'docker.io' && tag !== undefined && digest === undefined;
    return isHub ? { repository: path, tag } : undefined;
  } catch {
    return undefined;
  }
}

/** An image as people write it: `nginx:1.29`. */
export function formatHubImage({ repository, tag }: Image): string {
  return `${repository.replace(/^library\//, '')}:${tag}`;
}
