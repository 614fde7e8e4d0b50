import type { AlertsConfig, ReadSecret } from '../domain/alerts/delivery/receiver.ts';
import type { CompatibilityName } from '../domain/compatibility.ts';
import type { Credential } from '../domain/credential.ts';
import type { LabelMatcher } from '../domain/history/label-matcher.ts';
import type { SpendingConfig } from '../domain/spending/spending-config.ts';
import type { ListenAddress } from '../kit/network-address.ts';
import type { OtlpTarget } from '../kit/otlp-target.ts';
import type { ReadAuthorization, Secret } from '../kit/secret.ts';

/** The whole configuration with defaults filled in. Deeply frozen. */
export interface Config {
  readonly poll: PollConfig;
  readonly hub: HubConfig;
  /** At least one; names are distinct. */
  readonly credentials: readonly Credential[];
  readonly history: HistoryConfig;
  readonly alerts: AlertsConfig;
  readonly metrics: MetricsConfig;
  /** Undefined: metrics are not pushed. */
  readonly otlp: OtlpConfig | undefined;
  /** Undefined: it is not determined who spends the pulls. */
  readonly spending: SpendingConfig | undefined;
  readonly web: WebConfig;
  readonly log: LogConfig;
  /** The configuration as YAML without secrets: a secret is shown as `<secret>`, a duration as in `10s`. */
  readonly maskedYaml: string;
}

/** Settings of polling that apply to all credentials together. */
export interface PollConfig {
  /** The maximum number of concurrent probes. */
  readonly concurrency: number;
}

/** The registry that is probed. */
export interface HubConfig {
  /** Scheme, host and port, without a path. */
  readonly url: URL;
  /** Whether `url` may use plain http to another machine. */
  readonly allowInsecure: boolean;
  /** Path of a PEM file with certificates that are trusted in addition to the system's. */
  readonly caFile: string | undefined;
}

/** Storage of the history. */
export interface HistoryConfig {
  readonly backend: (typeof HISTORY_BACKENDS)[number];
  /** Path of the SQLite file. */
  readonly path: string;
  /** Whether `path` is the default. */
  readonly isDefaultPath: boolean;
  /** Retention of aggregated results and events, in milliseconds. */
  readonly retentionMs: number;
  /** Set if, and only if, the backend is `prometheus`. */
  readonly prometheus: PrometheusConfig | undefined;
}

/** The supported history backends. */
export const HISTORY_BACKENDS = ['sqlite', 'prometheus'] as const;

/** A server with the Prometheus query API. */
export interface PrometheusConfig {
  /** The URL to which `/api/v1/query` is appended, without user, query and fragment. */
  readonly url: URL;
  /** Selects the series of the fleet; an empty list selects all of Headroom's metrics. */
  readonly matchers: readonly LabelMatcher[];
  /** Returns the value of the `Authorization` header; credentials are read from their files at each call. */
  readonly readAuthorization: ReadAuthorization;
  /** Additional headers by name, such as `X-Scope-OrgID`; values are read from their files at each call. */
  readonly headers: Readonly<Record<string, ReadSecret>>;
  /** The URL of the proxy; undefined for the proxies of the environment. */
  readonly proxyUrl: Secret | undefined;
  /** Path of a PEM file with certificates that are trusted in addition to the system's. */
  readonly caFile: string | undefined;
}

/** The metrics exposition. */
export interface MetricsConfig {
  /** The exporters whose metric names are emitted in addition to Headroom's own. */
  readonly compatibility: readonly CompatibilityName[];
}

/** The web server. */
export interface WebConfig {
  readonly listenAddresses: readonly ListenAddress[];
  /** The path of all pages: `/`, or for example `/headroom`, without a trailing slash. */
  readonly routePrefix: string;
  /** The URL by which users reach Headroom; undefined if not configured. */
  readonly externalUrl: URL | undefined;
  /** Path of the file that configures TLS and basic auth, in the format of the exporter-toolkit. */
  readonly configFile: string | undefined;
  /** Whether other machines may send changing requests without authentication. */
  readonly enableAdmin: boolean;
  /** Host names, in lower case, that changing requests may be addressed to. */
  readonly allowedHosts: readonly string[];
}

/** The push of metrics by OTLP. */
export interface OtlpConfig extends OtlpTarget {
  /** Path of a PEM file with certificates that are trusted in addition to the system's. */
  readonly caFile: string | undefined;
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
