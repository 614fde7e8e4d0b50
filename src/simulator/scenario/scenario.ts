import { parseImageReference } from '../../domain/image-reference.ts';
import type { NewAccount } from '../accounts.ts';
import type { FaultName, FaultScope } from '../faults/faults.ts';
import type { Limits } from '../metering/bucket.ts';
import type { ProfileName } from '../profile.ts';

/** A parsed scenario file: who pulls what from the simulated hub, and how the hub changes meanwhile. */
export interface Scenario {
  /** One line for tables and lists. */
  readonly title: string;
  /** IANA name of the time zone of hours and weekdays. */
  readonly timeZone: string;
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  /** Milliseconds since the epoch. */
  readonly endAt: number;
  /** Factor by which a live scenario runs faster than the clock. */
  readonly speed: number;
  /** The same seed gives the same traffic. */
  readonly seed: number;
  readonly profile: ProfileName;
  /** Limits that override those of the profile. */
  readonly limits: Partial<Limits>;
  readonly accounts: readonly NewAccount[];
  readonly caches: readonly Cache[];
  readonly teams: readonly Team[];
  readonly faults: readonly TimedFault[];
  readonly changes: readonly TimedChange[];
}

/** The client that the hub meters. */
export interface Origin {
  /** Address of the client. */
  readonly source: string;
  /** Account that signs in; anonymous if not given. */
  readonly account?: string;
}

/** A pull-through cache. */
export interface Cache extends Origin {
  readonly name: string;
}

/** A group of clients with the same upstream. */
export interface Team {
  readonly name: string;
  /** The client at the hub, or the name of the cache to pull through. */
  readonly through: Origin | { readonly cache: string };
  readonly runtime: Runtime;
  /** Images for traffic and bursts, of which each pull chooses one at random. */
  readonly images: readonly Image[];
  readonly traffic: readonly Traffic[];
  readonly bursts: readonly Burst[];
  readonly rollouts: readonly Rollout[];
}

/** The way in which a container runtime requests an image: see runtime.ts. */
export type Runtime = 'containerd' | 'cri-o';

/** Every runtime, for messages and schemas. */
export const RUNTIMES = ['containerd', 'cri-o'] as const satisfies readonly Runtime[];

/** Whether a node requests an image that it already has. */
export type PullPolicy = 'always' | 'if-not-present';

/** Every pull policy, for messages and schemas. */
export const PULL_POLICIES = ['always', 'if-not-present'] as const satisfies readonly PullPolicy[];

/** An image of the simulated hub. */
export interface Image {
  /** Such as `library/nginx`. */
  readonly repository: string;
  readonly tag: string;
}

/** Images pulled at random times, each on a new machine. Overlapping entries add up. */
export interface Traffic {
  /** Average number of images per hour. */
  readonly perHour: number;
  readonly days: Days;
  readonly hours: Hours;
}

/** Images pulled within a short time, on each of the given days. */
interface Burst {
  readonly days: Days;
  /** Start, in minutes since midnight. */
  readonly minute: number;
  readonly count: number;
  readonly withinMs: number;
}

/** A workload that starts once: in each cluster, pods on its nodes, with one container for each image. */
export interface Rollout {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly withinMs: number;
  readonly clusters: number;
  /** Nodes in each cluster. The rollouts of a team use the same nodes, which keep the images that they have pulled. */
  readonly nodes: number;
  /** Pods in each cluster. */
  readonly pods: number;
  /** Images of each pod. */
  readonly images: readonly Image[];
  readonly policy: PullPolicy;
}

/** Seven booleans for the weekdays, Monday first. */
export type Days = readonly boolean[];

/** A period of the day in minutes since midnight, `to` exclusive; it spans midnight if `to` is not greater than `from`. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

/** A fault with its start and end, in milliseconds since the epoch. */
export interface TimedFault {
  readonly fault: FaultName;
  readonly scope: FaultScope;
  readonly at: number;
  readonly endAt: number;
}

/** A change of profile or limits at a time, in milliseconds since the epoch. */
export interface TimedChange {
  readonly at: number;
  readonly profile?: ProfileName;
  readonly limits?: Partial<Limits>;
}

/** A planned event of a scenario. `at` is in milliseconds since the epoch. */
export type ScenarioEvent =
  | PlannedPull
  | { readonly kind: 'fault-begins'; readonly at: number; readonly fault: TimedFault }
  | { readonly kind: 'fault-ends'; readonly at: number; readonly fault: TimedFault }
  | { readonly kind: 'change'; readonly at: number; readonly change: TimedChange };

/** A planned pull of an image by a machine of a team. */
export interface PlannedPull {
  readonly kind: 'pull';
  readonly at: number;
  readonly team: Team;
  readonly image: Image;
  readonly policy: PullPolicy;
  /** Name of the node in the team; undefined: a new machine for this pull. */
  readonly node?: string;
  /** The rollout that the pull belongs to; such a pull is repeated until it succeeds. */
  readonly rollout?: Rollout;
}

/** Parses an image of Docker Hub with a tag, such as `nginx:1.29` or `docker.io/acme/tool`; undefined for anything else. */
export function parseHubImage(value: unknown): Image | undefined {
  try {
    const { domain, path, tag, digest } = parseImageReference(String(value));
    const isHub = domain === 'docker.io' && tag !== undefined && digest === undefined;
    return isHub ? { repository: path, tag } : undefined;
  } catch {
    return undefined;
  }
}

/** Formats an image in short form, such as `nginx:1.29`. */
export function formatHubImage({ repository, tag }: Image): string {
  return `${repository.replace(/^library\//, '')}:${tag}`;
}
