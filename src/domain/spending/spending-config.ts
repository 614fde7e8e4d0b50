import type { LabelMatcher } from '../history/label-matcher.ts';
import type { Runtime } from '../pull-cost/counting-model.ts';

/** The section `spending` of the configuration. */
export interface SpendingConfig {
  /** The clusters whose events are read. Names are distinct. */
  readonly kubernetes: readonly ClusterConfig[];
  /** The pull-through caches whose metrics are read. Names are distinct. */
  readonly caches: readonly CacheConfig[];
  /** The folder with Docker's usage reports; undefined: none are read. */
  readonly usageReports: UsageReportsConfig | undefined;
  /** The rules that assign pulls to teams. The first that matches applies. */
  readonly owners: readonly OwnerRule[];
  readonly budgets: readonly Budget[];
  /** Whether the last part of IP addresses of users is hidden before they are stored. */
  readonly maskAddresses: boolean;
}

/** A Kubernetes cluster. */
export interface ClusterConfig {
  /** The label `cluster` of its series. */
  readonly name: string;
  /** Path of its kubeconfig. Undefined: the service account of the pod that Headroom runs in. */
  readonly kubeconfigFile: string | undefined;
  /** The context of the kubeconfig. Undefined: its current context. */
  readonly context: string | undefined;
  /** The credential whose bucket its nodes draw on, except for pods with a pull secret of another configured login. */
  readonly credential: string;
  /** Whether the pull secrets of pods are read to find their login. */
  readonly readPullSecrets: boolean;
  /** Hosts, with an optional port and path, of registries that get their images from Docker Hub. In lower case. */
  readonly mirrorHosts: readonly string[];
  /** The container runtime of the nodes. Undefined: as the nodes report; containerd where they cannot be read. */
  readonly runtime: Runtime | undefined;
}

/** A pull-through cache. It has either a URL, or matchers that select its series in the Prometheus backend. */
export interface CacheConfig {
  readonly name: string;
  /** The URL of its Prometheus metrics. */
  readonly metricsUrl: URL | undefined;
  /** Selects its series in the history backend `prometheus`. */
  readonly matchers: readonly LabelMatcher[] | undefined;
  /** The credential whose bucket it draws on. */
  readonly credential: string;
}

/** The folder of Docker's usage reports. */
export interface UsageReportsConfig {
  readonly path: string;
}

/**
 * Assigns pulls to a team. A pull matches if one of its values does. All labels of a rule have to match, and `clusters` limits
 * its namespaces and labels. In a pattern `*` stands for any characters.
 */
export interface OwnerRule {
  readonly team: string;
  readonly namespaces: readonly string[];
  readonly clusters: readonly string[];
  /** Patterns of the values of pod labels, by label. All must match. */
  readonly labels: Readonly<Record<string, string>>;
  /** Docker Hub user names. */
  readonly users: readonly string[];
  /** Names of Docker Hub access tokens. */
  readonly accessTokens: readonly string[];
  /** IP addresses and networks in CIDR notation. */
  readonly addresses: readonly string[];
  /** Repositories on Docker Hub, such as `acme/etl-*`; official images are `library/nginx`. */
  readonly repositories: readonly string[];
}

/** The periods of budgets. */
export const BUDGET_PERIODS = ['hour', 'day', 'week', 'month'] as const;

/** A number of pulls that a team may spend in a period. Periods begin at 00:00 UTC, weeks on Monday. */
export interface Budget {
  /** A team, or a namespace or user without a team. */
  readonly team: string;
  readonly pulls: number;
  readonly per: (typeof BUDGET_PERIODS)[number];
}
