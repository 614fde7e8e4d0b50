import type { AlertsConfig } from '../domain/alerts/delivery/receiver.ts';
import type { CompatibilityName } from '../domain/compatibility.ts';
import type { Credential } from '../domain/credential.ts';
import type { LabelMatcher } from '../domain/history/label-matcher.ts';
import type { ListenAddress } from '../kit/network-address.ts';
import type { ReadAuthorization } from '../kit/secret.ts';

/** Everything that is configured, with defaults filled in. Deeply frozen. */
export interface Config {
  readonly poll: PollConfig;
  readonly hub: HubConfig;
  /** At least one; names are distinct. */
  readonly credentials: readonly Credential[];
  readonly history: HistoryConfig;
  readonly alerts: AlertsConfig;
  readonly metrics: MetricsConfig;
  readonly web: WebConfig;
  readonly log: LogConfig;
  /** The same as YAML for everybody to see: secrets are `<secret>`, durations as they are written. */
  readonly maskedYaml: string;
}

/** How polling works for all credentials together. */
export interface PollConfig {
  /** Probes under way at once. */
  readonly concurrency: number;
}

/** The hub that is asked. */
export interface HubConfig {
  /** Only scheme, host and port. */
  readonly url: URL;
  /** Whether `url` may be http to another machine. */
  readonly allowInsecure: boolean;
  /** Certificates in PEM form that are trusted beside the system's. */
  readonly caFile: string | undefined;
}

/** What is kept of the past. */
export interface HistoryConfig {
  readonly backend: (typeof HISTORY_BACKENDS)[number];
  /** The file that the history is kept in. */
  readonly path: string;
  /** Whether nobody has chosen `path`. */
  readonly isDefaultPath: boolean;
  /** How long anything is kept, in milliseconds. */
  readonly retentionMs: number;
  /** Set if, and only if, the backend is `prometheus`. */
  readonly prometheus: PrometheusConfig | undefined;
}

/** Where a history can be kept. */
export const HISTORY_BACKENDS = ['sqlite', 'prometheus'] as const;

/** The Prometheus query API, whoever offers it. */
export interface PrometheusConfig {
  /** What stands before `/api/v1/query`, without user, query and fragment. */
  readonly url: URL;
  /** Which series belong to the fleet; empty takes all of Headroom's families. */
  readonly matchers: readonly LabelMatcher[];
  /** Gives the header that lets Headroom in, read anew at each use. */
  readonly readAuthorization: ReadAuthorization;
  /** Certificates in PEM form that are trusted beside the system's. */
  readonly caFile: string | undefined;
}

/** The exposition. */
export interface MetricsConfig {
  /** Whose metric names are emitted beside Headroom's own. */
  readonly compatibility: readonly CompatibilityName[];
}

/** The web server. */
export interface WebConfig {
  readonly listenAddresses: readonly ListenAddress[];
  /** The path below which all pages are: `/`, or without a slash at its end `/headroom`. */
  readonly routePrefix: string;
  /** The URL people reach Headroom by. */
  readonly externalUrl: URL | undefined;
  /** TLS and basic auth, in the exporter-toolkit's format. */
  readonly configFile: string | undefined;
  /** Whether other machines may change something without authentication. */
  readonly enableAdmin: boolean;
  /** Host names, in lower case, by which requests that change something may come. */
  readonly allowedHosts: readonly string[];
}

/** The program's log. */
export interface LogConfig {
  readonly level: (typeof LOG_LEVELS)[number];
  readonly format: (typeof LOG_FORMATS)[number];
}

/** Severities, the least severe first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** Forms of a log line. */
export const LOG_FORMATS = ['logfmt', 'json'] as const;
