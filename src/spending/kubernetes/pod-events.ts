import type { PodEvent, PodFacts } from '../../domain/spending/attempt-ledger.ts';
import { type ApiObject, asObject, textOf } from '../../kit/kubernetes/list-watch.ts';

/** Selects the events about pods; those of the scheduler, of starts and of checks are left out by the server. */
export const EVENT_SELECTOR = [
  'involvedObject.kind=Pod',
  ...['Scheduled', 'FailedScheduling', 'Created', 'Started', 'Killing', 'Unhealthy'].map(
    (reason) => `reason!=${reason}`,
  ),
].join(',');

/** The reasons of events about pulls. */
const REASONS: ReadonlySet<string> = new Set(['Pulling', 'Pulled', 'Failed', 'BackOff']);

/**
 * Returns the fields of an event about a pull, in the form of `v1` or of `events.k8s.io/v1`; undefined for another event.
 * A repeated event is counted by `series.count` or `count`.
 */
export function readPodEvent(event: ApiObject): PodEvent | undefined {
  const reason = textOf(event.reason);
  if (!REASONS.has(reason)) return undefined;
  const metadata = asObject(event.metadata);
  const pod = asObject(event.involvedObject ?? event.regarding);
  const series = asObject(event.series);
  const source = asObject(event.source ?? event.deprecatedSource);
  const created = textOf(metadata.creationTimestamp);
  const first = event.eventTime ?? event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? created;
  const last = series.lastObservedTime ?? event.lastTimestamp ?? event.deprecatedLastTimestamp ?? first;
  const firstAt = Date.parse(textOf(first)) || Date.parse(created) || 0;
  return {
    uid: textOf(metadata.uid),
    count: Math.max(1, Number(series.count) || Number(event.count ?? event.deprecatedCount) || 1),
    reason,
    message: textOf(event.message ?? event.note),
    namespace: textOf(pod.namespace) || textOf(metadata.namespace),
    pod: textOf(pod.name),
    podUid: textOf(pod.uid),
    container: /\{([^}]*)\}/.exec(textOf(pod.fieldPath))?.[1] ?? '',
    node: textOf(source.host) || textOf(event.reportingInstance),
    firstAt,
    lastAt: Math.max(firstAt, Date.parse(textOf(last)) || 0),
    order: Number(metadata.resourceVersion) || 0,
  };
}

/** A job of a CronJob is named after the minute of its schedule since the epoch. */
const CRON_SUFFIX = /^(.+)-(\d{8,10})$/;
/** How far that minute may be from the creation of the pod, in milliseconds: jobs are retried for hours. */
const CRON_DISTANCE_MS = 172_800_000;
/** The names of pods of a Deployment without metadata: those of its ReplicaSet, and five characters. */
const DEPLOYMENT_POD = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

/** Returns the workload of a pod by its metadata: a ReplicaSet of a Deployment and a Job of a CronJob are followed. */
export function workloadOf(metadata: ApiObject): string {
  const name = textOf(metadata.name);
  const owners = (Array.isArray(metadata.ownerReferences) ? metadata.ownerReferences : []).map(asObject);
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0];
  if (!owner) return `Pod/${name}`;
  const [kind, ownerName] = [textOf(owner.kind), textOf(owner.name)];
  const hash = textOf(asObject(metadata.labels)['pod-template-hash']);
  if (kind === 'ReplicaSet' && hash !== '' && ownerName.endsWith(`-${hash}`)) {
    return `Deployment/${ownerName.slice(0, -hash.length - 1)}`;
  }
  const [, cronJob, minute] = CRON_SUFFIX.exec(kind === 'Job' ? ownerName : '') ?? [];
  const createdAt = Date.parse(textOf(metadata.creationTimestamp)) || 0;
  const isScheduled = Math.abs(Number(minute) * 60_000 - createdAt) < CRON_DISTANCE_MS;
  return cronJob !== undefined && isScheduled ? `CronJob/${cronJob}` : `${kind}/${ownerName}`;
}

/** Returns the workload of a pod of which only the name is known. */
export function guessWorkload(pod: string): string {
  const deployment = DEPLOYMENT_POD.exec(pod)?.[1];
  return deployment === undefined ? `Pod/${pod}` : `Deployment/${deployment}`;
}

/** Returns what is stored of a pod. Only the labels that owners mention are kept. */
export function readPod(metadata: ApiObject, labels: readonly string[]): Omit<PodFacts, 'credential'> {
  const own = asObject(metadata.labels);
  const kept = labels.flatMap((label) => (own[label] === undefined ? [] : [[label, String(own[label])]]));
  return { workload: workloadOf(metadata), labels: kept.length === 0 ? NO_LABELS : Object.fromEntries(kept) };
}

const NO_LABELS: PodFacts['labels'] = {};
