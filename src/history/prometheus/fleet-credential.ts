import { believe, believeLimit } from '../../domain/believable.ts';
import type { FleetCredential } from '../../domain/history/fleet.ts';
import type { Limited } from '../../domain/outcome.ts';
import type { BlockReason } from '../../domain/reading.ts';
import { parseSource, type Source } from '../../domain/source.ts';
import type { SeriesLabels } from './answer.ts';

/** One value of one family, with the labels of its series. */
export interface FamilyValue {
  readonly labels: SeriesLabels;
  readonly value: number;
}

/** The newest values of one credential of one Headroom, by the name of their family. */
export type FamilyValues = ReadonlyMap<string, readonly FamilyValue[]>;

/** The families that a credential of the fleet is read from; docs/metrics.md says what each means. */
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
export type FleetFamily = (typeof FLEET_FAMILIES)[number];

const BLOCK_REASONS: readonly BlockReason[] = ['abuse', 'login'];

/** Reads a credential back from its metrics. A series that is absent leaves its value unknown, never 0. */
export function toFleetCredential(name: string, families: FamilyValues): FleetCredential {
  const source = readSource(families);
  const enforced = readFlag(families, 'dockerhub_ratelimit_enforced');
  const downgraded = readFlag(families, 'dockerhub_ratelimit_downgraded');
  return {
    name,
    // The series is there for every login whose limit is known, and for no anonymous credential.
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

/** The value of a family that has one series for each credential; undefined when that is absent. */
export function readOne(families: FamilyValues, family: FleetFamily): number | undefined {
  return families.get(family)?.[0]?.value;
}

/** A limit without what is left of it, or the reverse, says nothing. */
function readLimited(
  families: FamilyValues,
  source: Source | undefined,
  downgraded: boolean,
): Limited | undefined {
  const rateLimit = believeLimit({
    limit: readOne(families, 'dockerhub_ratelimit_limit'),
    remaining: readOne(families, 'dockerhub_ratelimit_remaining'),
    windowSeconds: readOne(families, 'dockerhub_ratelimit_window_seconds'),
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
  const value = readOne(families, family);
  return value === undefined ? undefined : value === 1;
}

function readInstant(families: FamilyValues, family: FleetFamily): number | undefined {
  const seconds = readOne(families, family);
  return seconds === undefined ? undefined : believe('instantMs', Math.round(seconds * 1_000));
}
