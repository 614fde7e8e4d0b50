import type { CredentialSnapshot } from '../domain/credential-snapshot.ts';
import type { BlockReason } from '../domain/failure.ts';
import type { Forecast } from '../domain/forecast/forecast.ts';
import type { TimeRange } from '../domain/forecast/refill.ts';
import { FAILURE_LABELS } from '../domain/result.ts';
import type { FamilyDefinition, Sample } from './family.ts';

/** Part of the help texts. Prometheus requests such a note from exporters that do not measure at the scrape. */
export const POLLED = 'Polled on a schedule, not at the scrape.';
const UNKNOWN_LIMIT = 'while the limit is unknown, or there is none';
const NOTHING_TO_REFILL = 'while the bucket is full, its limit is unknown, or there is none';
const BEFORE_FIRST_PROBE = 'before the first probe has finished';
const BLOCK_REASONS: readonly BlockReason[] = ['abuse', 'login'];
const PER_CREDENTIAL: readonly string[] = ['credential'];

/**
 * The metric families of a credential, computed from its snapshot only. A series is absent while its value is unknown.
 * `dockerhub_up` is absent before the first probe too, since 0 would report a failure that has not occurred.
 */
export const CREDENTIAL_FAMILIES: readonly FamilyDefinition<CredentialSnapshot>[] = [
  {
    name: 'dockerhub_up',
    type: 'gauge',
    help: `Whether the last probe of Docker Hub succeeded. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: BEFORE_FIRST_PROBE,
    samples: one((snapshot) => toNumber(snapshot.up)),
  },
  {
    name: 'dockerhub_ratelimit_limit',
    type: 'gauge',
    help: `Pulls allowed in a window, from the header ratelimit-limit. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: UNKNOWN_LIMIT,
    samples: one((snapshot) => snapshot.limited?.limit),
  },
  {
    name: 'dockerhub_ratelimit_remaining',
    type: 'gauge',
    help: `Pulls left, from the header ratelimit-remaining. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: UNKNOWN_LIMIT,
    samples: one((snapshot) => snapshot.limited?.remaining),
  },
  {
    name: 'dockerhub_ratelimit_window_seconds',
    type: 'gauge',
    help: `Length of the window, from the parameter w of the header ratelimit-limit. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: `${UNKNOWN_LIMIT}, or the header names no window of 1 second to 31 days`,
    samples: one((snapshot) => snapshot.limited?.windowSeconds),
  },
  {
    name: 'dockerhub_ratelimit_enforced',
    type: 'gauge',
    help: `Whether Docker Hub meters pulls: 0 when its answers carry no header ratelimit-limit. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: 'while the limit is unknown',
    samples: one((snapshot) => toNumber(snapshot.enforced)),
  },
  {
    name: 'dockerhub_ratelimit_source_info',
    type: 'gauge',
    help: `Always 1; the source whose bucket pulls are taken from, from the header docker-ratelimit-source. ${POLLED}`,
    labels: ['credential', 'source', 'kind'],
    absent: 'while the limit is unknown, or the answer names no source',
    samples: ({ name, source }) =>
      source ? [{ labels: { credential: name, source: source.value, kind: source.kind }, value: 1 }] : [],
  },
  {
    name: 'dockerhub_ratelimit_blocked',
    type: 'gauge',
    help: `Whether the last probe was blocked, which is not the pull limit, from status 429. ${POLLED}`,
    labels: ['credential', 'reason'],
    absent: BEFORE_FIRST_PROBE,
    samples: (snapshot) =>
      snapshot.latest
        ? BLOCK_REASONS.map((reason) => ({
            labels: { credential: snapshot.name, reason },
            value: Number(snapshot.blocked === reason),
          }))
        : [],
  },
  {
    name: 'dockerhub_ratelimit_downgraded',
    type: 'gauge',
    help: `Whether a login is metered as anonymous, from docker-ratelimit-source and ratelimit-limit. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: 'for the anonymous credential, and while the limit is unknown',
    samples: one((snapshot) =>
      snapshot.hasLogin && snapshot.enforced !== undefined ? toNumber(snapshot.downgraded) : undefined,
    ),
  },
  {
    name: 'dockerhub_ratelimit_exhaustion_timestamp_seconds',
    type: 'gauge',
    help: `When the bucket is likely to be empty, or became empty: a forecast. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: 'when it is not likely to be empty before it refills, or there are too few samples',
    samples: oneForecastTime(exhaustionAt),
  },
  {
    name: 'dockerhub_ratelimit_refill_earliest_timestamp_seconds',
    type: 'gauge',
    help: `When the bucket is full again at the earliest if nothing else is pulled: a forecast. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: NOTHING_TO_REFILL,
    samples: oneForecastTime((forecast) => refillOf(forecast)?.earliest),
  },
  {
    name: 'dockerhub_ratelimit_refill_latest_timestamp_seconds',
    type: 'gauge',
    help: `When the bucket is full again at the latest if nothing else is pulled: a forecast. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: NOTHING_TO_REFILL,
    samples: oneForecastTime((forecast) => refillOf(forecast)?.latest),
  },
  {
    name: 'dockerhub_polls_total',
    type: 'counter',
    help: 'Finished probes of Docker Hub, with any result.',
    labels: PER_CREDENTIAL,
    samples: one((snapshot) => snapshot.polls),
  },
  {
    name: 'dockerhub_poll_failures_total',
    type: 'counter',
    help: 'Probes of Docker Hub that returned no information about the limit, by reason; invalid_window: the limit without its window.',
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
    help: `Duration of the last probe, from its token to its answer. ${POLLED}`,
    labels: PER_CREDENTIAL,
    absent: BEFORE_FIRST_PROBE,
    samples: one((snapshot) => toSeconds(snapshot.latest?.durationMs)),
  },
  {
    name: 'dockerhub_last_poll_timestamp_seconds',
    type: 'gauge',
    help: 'When the last probe ended, with any result.',
    labels: PER_CREDENTIAL,
    absent: BEFORE_FIRST_PROBE,
    samples: one((snapshot) => toSeconds(snapshot.latest?.at)),
  },
  {
    name: 'dockerhub_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'When the last probe ended that returned information about the limit.',
    labels: PER_CREDENTIAL,
    absent: 'before the first success',
    samples: one((snapshot) => toSeconds(snapshot.lastSuccessAt)),
  },
];

/** Returns a function that makes one sample with the label `credential`, or none if the value is undefined. */
function one(
  read: (snapshot: CredentialSnapshot) => number | undefined,
): (snapshot: CredentialSnapshot) => readonly Sample[] {
  return (snapshot) => {
    const value = read(snapshot);
    return value === undefined ? [] : [{ labels: { credential: snapshot.name }, value }];
  };
}

/** Returns a function that makes one sample of an instant of the forecast, in whole seconds, which is its precision. */
function oneForecastTime(
  read: (forecast: Forecast) => number | undefined,
): (snapshot: CredentialSnapshot) => readonly Sample[] {
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

/** Contains the result of one probe by `/probe`. */
export interface ProbeFacts {
  /** Whether the probe returned information about the limit. */
  readonly successful: boolean;
  /** Duration of the probe, in milliseconds. */
  readonly durationMs: number;
}

/** The metric families of `/probe` in addition to those of the credential. Other multi-target exporters use the same names. */
export const PROBE_FAMILIES: readonly FamilyDefinition<ProbeFacts>[] = [
  {
    name: 'probe_success',
    type: 'gauge',
    help: 'Whether this probe succeeded.',
    labels: [],
    samples: ({ successful }) => [{ labels: {}, value: Number(successful) }],
  },
  {
    name: 'probe_duration_seconds',
    type: 'gauge',
    help: 'Duration of this probe.',
    labels: [],
    samples: ({ durationMs }) => [{ labels: {}, value: durationMs / 1_000 }],
  },
];
