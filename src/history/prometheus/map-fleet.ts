import { believe, believeLimit } from '../../domain/believable.ts';
import type { BlockReason } from '../../domain/failure.ts';
import type { FleetCredential, FleetMember, Labels } from '../../domain/history/fleet.ts';
import { parseSource, type Source } from '../../domain/rate-limit.ts';
import type { Limited } from '../../domain/result.ts';
import { lazy } from '../../kit/lazy.ts';
import { distinguishingLabels, instanceLabelsOf, labelsKey, type PollTrace } from './own-instance.ts';
import type { QueriedSeries, SeriesLabels } from './query-result.ts';

/** One value of one family, with the labels of its series. */
interface FamilyValue {
  readonly labels: SeriesLabels;
  readonly value: number;
}

/** The newest values of one credential of one instance, by metric name. */
type FamilyValues = ReadonlyMap<string, readonly FamilyValue[]>;

/** The metrics from which a credential of the fleet is read; docs/metrics.md describes them. */
export const FLEET_FAMILIES = [
  'dockerhub_up',
  'dockerhub_ratelimit_limit',
  'dockerhub_ratelimit_remaining',
  'dockerhub_ratelimit_window_seconds',
  'dockerhub_ratelimit_enforced',
  'dockerhub_ratelimit_source_info',
  'dockerhub_ratelimit_blocked',
  'dockerhub_ratelimit_downgraded',
  'dockerhub_ratelimit_exhaustion_timestamp_seconds',
  'dockerhub_poll_duration_seconds',
  'dockerhub_last_poll_timestamp_seconds',
  'dockerhub_last_success_timestamp_seconds',
] as const;

/** One of `FLEET_FAMILIES`. */
type FleetFamily = (typeof FLEET_FAMILIES)[number];

const BLOCK_REASONS: readonly BlockReason[] = ['abuse', 'login'];

/** Converts metrics to a credential. The value of a missing series is undefined, never 0. */
function toFleetCredential(name: string, families: FamilyValues): FleetCredential {
  const source = readSource(families);
  const enforced = readFlag(families, 'dockerhub_ratelimit_enforced');
  const downgraded = readFlag(families, 'dockerhub_ratelimit_downgraded');
  return {
    name,
    // The series exists for every login with a known limit, and for no anonymous credential.
    hasLogin: downgraded !== undefined || (enforced === undefined ? undefined : false),
    up: readFlag(families, 'dockerhub_up'),
    limited: readLimited(families, source, downgraded ?? false),
    enforced,
    source,
    blocked: readBlock(families),
    downgraded: downgraded ?? false,
    lastPollAt: readInstant(families, 'dockerhub_last_poll_timestamp_seconds'),
    lastSuccessAt: readInstant(families, 'dockerhub_last_success_timestamp_seconds'),
    exhaustionAt: readInstant(families, 'dockerhub_ratelimit_exhaustion_timestamp_seconds'),
  };
}

/** Returns the value of a metric with one series per credential; undefined if it is missing. */
function firstValue(families: FamilyValues, family: FleetFamily): number | undefined {
  return families.get(family)?.[0]?.value;
}

/** Returns the limit; undefined unless both limit and remaining are present. */
function readLimited(
  families: FamilyValues,
  source: Source | undefined,
  downgraded: boolean,
): Limited | undefined {
  const rateLimit = believeLimit({
    limit: firstValue(families, 'dockerhub_ratelimit_limit'),
    remaining: firstValue(families, 'dockerhub_ratelimit_remaining'),
    windowSeconds: firstValue(families, 'dockerhub_ratelimit_window_seconds'),
  });
  return rateLimit && { kind: 'limited', ...rateLimit, source, downgraded };
}

function readSource(families: FamilyValues): Source | undefined {
  const series = families.get('dockerhub_ratelimit_source_info')?.find(({ value }) => value === 1);
  return parseSource(series?.labels.source);
}

function readBlock(families: FamilyValues): BlockReason | undefined {
  const series = families.get('dockerhub_ratelimit_blocked')?.filter(({ value }) => value === 1) ?? [];
  return BLOCK_REASONS.find((reason) => series.some(({ labels }) => labels.reason === reason));
}

function readFlag(families: FamilyValues, family: FleetFamily): boolean | undefined {
  const value = firstValue(families, family);
  return value === undefined ? undefined : value === 1;
}

function readInstant(families: FamilyValues, family: FleetFamily): number | undefined {
  const seconds = firstValue(families, family);
  return seconds === undefined ? undefined : believe('instantMs', Math.round(seconds * 1_000));
}

/** The fleet as read from its series. */
export interface MappedFleet {
  /** The other instances, in the order of their labels. */
  readonly members: readonly FleetMember[];
  /** The label sets of this instance's series; several if it is scraped more than once. */
  readonly own: readonly Labels[];
}

/** One instance as stored in Prometheus. */
interface StoredInstance {
  readonly labels: Labels;
  /** Metrics by the name of the credential. */
  readonly credentials: ReadonlyMap<string, FamilyValues>;
}

const BY_TEXT = lazy(() => new Intl.Collator('en', { numeric: true }));

/**
 * Converts the newest values of `FLEET_FAMILIES` to instances and their credentials.
 * @param isOwn reports whether a poll was made by this process
 */
export function mapFleet(
  series: readonly QueriedSeries[],
  isOwn: (trace: PollTrace) => boolean,
): MappedFleet {
  const stored = groupByInstance(series);
  const own = stored.filter(({ credentials }) =>
    [...credentials].some(([name, families]) => isOwnPoll(name, families, isOwn)),
  );
  const others = stored.filter((headroom) => !own.includes(headroom));
  // This instance is included once: the labels that distinguish its own scrapes do not matter for the others.
  const telling = distinguishingLabels([...others, ...own.slice(0, 1)].map(({ labels }) => labels));
  return {
    members: others
      .map((headroom, i) => ({
        labels: telling[i] ?? headroom.labels,
        credentials: toCredentials(headroom),
      }))
      .sort((a, b) => BY_TEXT().compare(textOf(a.labels), textOf(b.labels))),
    own: own.map(({ labels }) => labels),
  };
}

function groupByInstance(series: readonly QueriedSeries[]): readonly StoredInstance[] {
  const groups = new Map<string, { labels: Labels; credentials: Map<string, Map<string, FamilyValue[]>> }>();
  for (const { labels, values } of series) {
    const { __name__: family = '', credential } = labels;
    const value = values.at(-1)?.value;
    if (credential === undefined || value === undefined) continue;
    const instance = instanceLabelsOf(labels);
    const group = getOrCreate(groups, labelsKey(instance), () => ({
      labels: instance,
      credentials: new Map(),
    }));
    const families = getOrCreate(group.credentials, credential, () => new Map<string, FamilyValue[]>());
    getOrCreate<string, FamilyValue[]>(families, family, () => []).push({ labels, value });
  }
  return [...groups.values()];
}

function getOrCreate<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function isOwnPoll(
  credential: string,
  families: FamilyValues,
  isOwn: (trace: PollTrace) => boolean,
): boolean {
  const seconds = firstValue(families, 'dockerhub_last_poll_timestamp_seconds');
  const duration = firstValue(families, 'dockerhub_poll_duration_seconds');
  if (seconds === undefined || duration === undefined) return false;
  return isOwn({ credential, at: Math.round(seconds * 1_000), durationMs: duration * 1_000 });
}

function toCredentials({ credentials }: StoredInstance) {
  return [...credentials]
    .map(([name, families]) => toFleetCredential(name, families))
    .sort((a, b) => BY_TEXT().compare(a.name, b.name));
}

function textOf(labels: Labels): string {
  return labels.map(([, value]) => value).join(' ');
}
