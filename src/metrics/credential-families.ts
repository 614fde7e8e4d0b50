import type { CredentialSnapshot } from '../domain/credential-snapshot.ts';
import type { BlockReason } from '../domain/failure.ts';
import type { Forecast } from '../domain/forecast/forecast.ts';
import type { TimeRange } from '../domain/forecast/refill.ts';
import { FAILURE_LABELS } from '../domain/result.ts';
import type { FamilyDefinition, Sample } from './family.ts';

/** Prometheus asks exporters that do not measure at the scrape to say so in the help text. */
export const POLLED = 'Polled on a schedule, not at the scrape.';
const UNKNOWN_LIMIT = 'while the limit is not known, or there is none';
const NOTHING_TO_REFILL = 'while the bucket is full, its limit is not known, or there is none';
const BEFORE_FIRST_PROBE = 'before the first probe has finished';
const BLOCK_REASONS: readonly BlockReason[] = ['abuse', 'login'];
const PER_CREDENTIAL: readonly string[] = ['credential'];

/**
 * What is said of each credential, from its view and nothing else. A series is left out when its value is not known:
 * `dockerhub_up` too is absent before the first probe, since 0 would claim a failure that nobody has seen.
 */
export const CREDENTIAL_FAMILIES: readonly FamilyDefinition<CredentialSnapshot>[] = [
  {
    name: 'dockerhub_up',
    type: 'gauge',
    help: `Whether the last probe of Docker Hub worked. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: BEFORE_FIRST_PROBE,
    samples: one((view) => toNumber(view.up)),
  },
  {
    name: 'dockerhub_ratelimit_limit',
    type: 'gauge',
    help: `Pulls allowed in a window, from the header ratelimit-limit. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: UNKNOWN_LIMIT,
    samples: one((view) => view.limited?.limit),
  },
  {
    name: 'dockerhub_ratelimit_remaining',
    type: 'gauge',
    help: `Pulls left, from the header ratelimit-remaining. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: UNKNOWN_LIMIT,
    samples: one((view) => view.limited?.remaining),
  },
  {
    name: 'dockerhub_ratelimit_window_seconds',
    type: 'gauge',
    help: `Length of the window, from the parameter w of the header ratelimit-limit. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: `${UNKNOWN_LIMIT}, or the header names no window of 1 second to 31 days`,
    samples: one((view) => view.limited?.windowSeconds),
  },
  {
    name: 'dockerhub_ratelimit_enforced',
    type: 'gauge',
    help: `Whether Docker Hub meters pulls: 0 when its answers carry no header ratelimit-limit. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: 'while nothing is known of the limit',
    samples: one((view) => toNumber(view.enforced)),
  },
  {
    name: 'dockerhub_ratelimit_source_info',
    type: 'gauge',
    help: `Always 1; whose bucket pulls are taken from, from the header docker-ratelimit-source. ${POLLED}`,
    labels: ['credential', 'source', 'kind'],
    absent: 'while nothing is known of the limit, or the answer names no source',
    samples: ({ name, source }) =>
      source ? [{ labels: { credential: name, source: source.value, kind: source.kind }, value: 1 }] : [],
  },
  {
    name: 'dockerhub_ratelimit_blocked',
    type: 'gauge',
    help: `Whether the last probe ran into a block, which is not the pull limit, from status 429. ${POLLED}`,
    labels: ['credential', 'reason'],
    absent: BEFORE_FIRST_PROBE,
    samples: (view) =>
      view.latest
        ? BLOCK_REASONS.map((reason) => ({
            labels: { credential: view.name, reason },
            value: Number(view.blocked === reason),
          }))
        : [],
  },
  {
    name: 'dockerhub_ratelimit_downgraded',
    type: 'gauge',
    help: `Whether a login is metered as anonymous, from docker-ratelimit-source and ratelimit-limit. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: 'for the anonymous credential, and while nothing is known of the limit',
    samples: one((view) =>
      view.hasLogin && view.enforced !== undefined ? toNumber(view.downgraded) : undefined,
    ),
  },
  {
    name: 'dockerhub_ratelimit_exhaustion_timestamp_seconds',
    type: 'gauge',
    help: `When the bucket is likely to run dry, or has run dry: a forecast. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: 'when it is not likely to run dry before it refills, or too little is known to say so',
    samples: oneForeseen(exhaustionAt),
  },
  {
    name: 'dockerhub_ratelimit_refill_earliest_timestamp_seconds',
    type: 'gauge',
    help: `When the bucket is full again at the earliest if nothing else is pulled: a forecast. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: NOTHING_TO_REFILL,
    samples: oneForeseen((forecast) => refillOf(forecast)?.earliest),
  },
  {
    name: 'dockerhub_ratelimit_refill_latest_timestamp_seconds',
    type: 'gauge',
    help: `When the bucket is full again at the latest if nothing else is pulled: a forecast. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: NOTHING_TO_REFILL,
    samples: oneForeseen((forecast) => refillOf(forecast)?.latest),
  },
  {
    name: 'dockerhub_polls_total',
    type: 'counter',
    help: 'Probes of Docker Hub that have finished, whatever they learned.',
    labels: PER_CREDENTIAL,
    samples: one((view) => view.polls),
  },
  {
    name: 'dockerhub_poll_failures_total',
    type: 'counter',
    help: 'Probes of Docker Hub that learned nothing of the limit, by reason; invalid_window: the limit without its window.',
    labels: ['credential', 'reason'],
    samples: ({ name, failures }) =>
      FAILURE_LABELS.map((reason) => ({
        labels: { credential: name, reason },
        value: failures[reason] ?? 0,
      })),
  },
  {
    name: 'dockerhub_poll_duration_seconds',
    type: 'gauge',
    help: `Time the last probe took, from its token to its answer. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: BEFORE_FIRST_PROBE,
    samples: one((view) => toSeconds(view.latest?.durationMs)),
  },
  {
    name: 'dockerhub_last_poll_timestamp_seconds',
    type: 'gauge',
    help: 'When the last probe ended, whatever it learned.',
    labels: PER_CREDENTIAL,
    absent: BEFORE_FIRST_PROBE,
    samples: one((view) => toSeconds(view.latest?.at)),
  },
  {
    name: 'dockerhub_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'When the last probe ended that learned something of the limit.',
    labels: PER_CREDENTIAL,
    absent: 'before the first success',
    samples: one((view) => toSeconds(view.lastSuccessAt)),
  },
];

/** One sample with the label `credential`, or none where the value is not known. */
function one(
  read: (view: CredentialSnapshot) => number | undefined,
): (view: CredentialSnapshot) => readonly Sample[] {
  return (view) => {
    const value = read(view);
    return value === undefined ? [] : [{ labels: { credential: view.name }, value }];
  };
}

/** The same of an instant that is foreseen, in whole seconds: it is not known any better. */
function oneForeseen(
  read: (forecast: Forecast) => number | undefined,
): (view: CredentialSnapshot) => readonly Sample[] {
  return one(({ outlook }) => {
    const at = outlook && read(outlook.forecast);
    return at === undefined ? undefined : Math.round(at / 1_000);
  });
}

function exhaustionAt(forecast: Forecast): number | undefined {
  if (forecast.kind === 'exhausted') return forecast.since;
  return forecast.kind === 'forecast' ? forecast.exhaustion?.likely : undefined;
}

function refillOf(forecast: Forecast): TimeRange | undefined {
  if (forecast.kind === 'unlimited' || forecast.kind === 'unknown') return undefined;
  return forecast.refill ?? undefined;
}

function toNumber(flag: boolean | undefined): number | undefined {
  return flag === undefined ? undefined : Number(flag);
}

function toSeconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1_000;
}

/** How one probe on demand went. */
export interface ProbeFacts {
  /** Whether it learned something of the limit. */
  readonly successful: boolean;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/** What `/probe` says beside the credential's own families. The names are those of every multi-target exporter. */
export const PROBE_FAMILIES: readonly FamilyDefinition<ProbeFacts>[] = [
  {
    name: 'probe_success',
    type: 'gauge',
    help: 'Whether this probe worked.',
    labels: [],
    samples: ({ successful }) => [{ labels: {}, value: Number(successful) }],
  },
  {
    name: 'probe_duration_seconds',
    type: 'gauge',
    help: 'Time this probe took.',
    labels: [],
    samples: ({ durationMs }) => [{ labels: {}, value: durationMs / 1_000 }],
  },
];
