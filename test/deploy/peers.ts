/** What another exporter publishes to be used with it, as far as the names of its metrics go. */
export interface Peer {
  /** The name in `metrics.compatibility`. */
  readonly name: 'viadee' | 'gitlab' | 'jadolg' | 'tcaty';
  /** Queries of its dashboards and alerts, in which `$…` is a variable of that dashboard. */
  readonly queries: readonly PeerQuery[];
}

/** One of these queries. */
export interface PeerQuery {
  readonly expr: string;
  /** What a value is chosen from, by the variable: the metric and its label. */
  readonly variables?: Readonly<Record<string, readonly [metric: string, label: string]>>;
  /** An alert's condition, which finds something in the simulated world. */
  readonly isAlert?: boolean;
}

const TCATY_VARIABLES = {
  mode: ['dockerhub_rate_limit_total', 'mode'],
  username: ['dockerhub_rate_limit_total{mode="$mode"}', 'username'],
  host: ['dockerhub_rate_limit_total{mode="$mode", username="$username"}', 'host'],
} as const;

/**
 * viadee and GitLab publish no dashboard and no rules, but metrics that people built theirs on: those two are asked for
 * as both exporters label them. jadolg: `grafana/dashboard.json` and the alerts of its README, with the names of 2025
 * that both still use. tcaty: `examples/shared/grafana-dashboard.json`. Read in November 2026.
 */
export const PEERS: readonly Peer[] = [
  {
    name: 'viadee',
    queries: [
      { expr: 'dockerhub_limit_remaining_requests_total' },
      { expr: 'dockerhub_limit_remaining_requests_total{limit="remaining_requests_total"}' },
      { expr: 'dockerhub_limit_max_requests_total{limit="max_requests_total"}' },
    ],
  },
  {
    name: 'gitlab',
    queries: [
      { expr: 'dockerhub_limit_remaining_requests_total{limit="remaining_requests_total"}' },
      { expr: 'dockerhub_limit_max_requests_total{limit="max_requests_total"}' },
    ],
  },
  {
    name: 'jadolg',
    queries: [
      {
        expr: 'dockerhub_pull_remaining_total{account=~"$account"}',
        variables: { account: ['dockerhub_pull_limit_total', 'account'] },
      },
      {
        expr: 'dockerhub_pull_limit_total{account="$account"}',
        variables: { account: ['dockerhub_pull_limit_total', 'account'] },
      },
      { expr: 'dockerhub_pull_remaining_total/dockerhub_pull_limit_total * 100 < 10', isAlert: true },
      { expr: 'dockerhub_pull_remaining_total < 1', isAlert: true },
      { expr: 'dockerhub_pull_limit_window_seconds' },
      { expr: 'dockerhub_pull_remaining_window_seconds' },
      { expr: 'dockerhub_pull_errors_total' },
    ],
  },
  {
    name: 'tcaty',
    queries: [
      {
        expr: 'dockerhub_rate_limit_total{mode="$mode", username="$username", host="$host"}',
        variables: TCATY_VARIABLES,
      },
      {
        expr: 'dockerhub_rate_limit_remaining{mode="$mode", username="$username", host="$host"}',
        variables: TCATY_VARIABLES,
      },
      {
        expr: 'dockerhub_rate_limit_total{mode="$mode", username="$username", host="$host"} - dockerhub_rate_limit_remaining{mode="$mode",  username="$username", host="$host"}',
        variables: TCATY_VARIABLES,
      },
    ],
  },
];
