import type { CompatibilityName } from '../domain/compatibility.ts';
import type { CredentialSnapshot } from '../domain/credential-snapshot.ts';
import type { Limited } from '../domain/result.ts';
import type { FamilyDefinition, Sample } from './family.ts';

type Definition = FamilyDefinition<CredentialSnapshot>;

const UNKNOWN_LIMIT = 'while the limit is unknown, or there is none';
const JADOLG_LABELS: readonly string[] = ['account', 'source'];
const TCATY_LABELS: readonly string[] = ['host', 'mode', 'username', 'credential'];

/**
 * The families of viadee/docker-hub-rate-limit-exporter and GitLab's docker-hub-limit-exporter, which share `collector.py`.
 * The label `credential` is added by Headroom: those exporters support one login only.
 */
const VIADEE: readonly Definition[] = [
  viadeeGauge('remaining_requests_total', 'Docker Hub Rate Limit Remaining Requests', (it) => it.remaining),
  viadeeGauge('max_requests_total', 'Docker Hub Rate Limit Maximum Requests', (it) => it.limit),
];

/**
 * The families of jadolg/dockerhub-pull-limit-exporter (`metrics.go`). The names of its two main gauges ended in `_total` in
 * 2025 and no longer do; its dashboard and example alerts use the old names. `account` is the name of the credential, not
 * of the user.
 */
const JADOLG: readonly Definition[] = [
  jadolgGauge('dockerhub_pull_limit_total', 'The rate limit for Docker Hub pulls', (it) => it.limit),
  jadolgGauge('dockerhub_pull_limit', 'The rate limit for Docker Hub pulls', (it) => it.limit),
  jadolgGauge('dockerhub_pull_remaining_total', 'The remaining pulls for Docker Hub', (it) => it.remaining),
  jadolgGauge('dockerhub_pull_remaining', 'The remaining pulls for Docker Hub', (it) => it.remaining),
  jadolgGauge(
    'dockerhub_pull_limit_window_seconds',
    'The time window in seconds to which the limit applies',
    (it) => it.windowSeconds,
  ),
  jadolgGauge(
    'dockerhub_pull_remaining_window_seconds',
    'The time window in seconds to which the remaining pulls applies',
    (it) => it.windowSeconds,
  ),
  {
    name: 'dockerhub_pull_errors_total',
    type: 'counter',
    help: 'Exporter errors',
    labels: ['account'],
    samples: ({ name, failures }) => [
      { labels: { account: name }, value: Object.values(failures).reduce((sum, count) => sum + count, 0) },
    ],
  },
];

/**
 * The families of tcaty/dockerhub-rate-limit-exporter (`internal/scraper/ratelimit.go`). `username` is the name of the
 * credential, not of the user. The label `credential` is added by Headroom, since several anonymous credentials can share a
 * host.
 */
const TCATY: readonly Definition[] = [
  tcatyGauge('dockerhub_rate_limit_total', 'RateLimit-Limit', (it) => it.limit),
  tcatyGauge('dockerhub_rate_limit_remaining', 'RateLimit-Remaining', (it) => it.remaining),
];

/** The families of each supported exporter, with the types that they have there. */
export const COMPATIBILITY_FAMILIES: Readonly<Record<CompatibilityName, readonly Definition[]>> = {
  viadee: VIADEE,
  gitlab: VIADEE,
  jadolg: JADOLG,
  tcaty: TCATY,
};

/** Returns the families of the named exporters, each once. */
export function compatibilityFamilies(names: readonly CompatibilityName[]): readonly Definition[] {
  return [...new Set(names.flatMap((name) => COMPATIBILITY_FAMILIES[name]))];
}

function viadeeGauge(limit: string, help: string, read: (limited: Limited) => number): Definition {
  const samples = gauge(read, ({ name }) => ({ limit, credential: name }));
  const name = `dockerhub_limit_${limit}`;
  return { name, type: 'gauge', help, labels: ['limit', 'credential'], absent: UNKNOWN_LIMIT, samples };
}

function jadolgGauge(name: string, help: string, read: (limited: Limited) => number | undefined): Definition {
  const samples = gauge(read, (snapshot) => ({
    account: snapshot.name,
    source: snapshot.source?.value ?? '',
  }));
  return { name, type: 'gauge', help, labels: JADOLG_LABELS, absent: UNKNOWN_LIMIT, samples };
}

function tcatyGauge(name: string, help: string, read: (limited: Limited) => number): Definition {
  const samples = gauge(read, (snapshot) => ({
    host: snapshot.source?.value ?? '',
    mode: snapshot.hasLogin ? 'authenticated' : 'anonymous',
    username: snapshot.hasLogin ? snapshot.name : '',
    credential: snapshot.name,
  }));
  return { name, type: 'gauge', help, labels: TCATY_LABELS, absent: UNKNOWN_LIMIT, samples };
}

/** Returns one sample while the limit is known. The original exporters return 0 otherwise, which means exhausted. */
function gauge(
  read: (limited: Limited) => number | undefined,
  labelsOf: (snapshot: CredentialSnapshot) => Sample['labels'],
): Definition['samples'] {
  return (snapshot) => {
    const value = snapshot.limited && read(snapshot.limited);
    return value === undefined ? [] : [{ labels: labelsOf(snapshot), value }];
  };
}
