import type { CredentialState } from '../domain/credential-state.ts';
import type { Past } from '../domain/history/past.ts';
import { HistoryQueryError, type HistorySeries } from '../domain/history/query.ts';
import { parseImageReference } from '../domain/image-reference.ts';
import type { TeamOf } from '../domain/spending/owners.ts';
import {
  reportSpending,
  type SpendingQuery,
  type SpendingReport,
  type SpendingSum,
} from '../domain/spending/spending-report.ts';
import { bucketNamed, type SpendingBucket } from '../domain/spending/spending-service.ts';
import type { AttemptSum, SpendingStore } from '../domain/spending/spending-store.ts';

/** The dependencies of reports. */
export interface ReportPorts {
  readonly store: Pick<SpendingStore, 'sums'>;
  readonly past: Pick<Past, 'series' | 'bucketSeries'>;
  readonly states: () => readonly CredentialState[];
  /** Returns the configured mapping to teams. */
  readonly owners: () => TeamOf;
}

const MINUTE_MS = 60_000;
/** The lengths of slots in milliseconds. All are multiples of the shortest cell of the history. */
const SLOTS_MS = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440].map((minutes) => minutes * MINUTE_MS);
const WEEK_MS = 10_080 * MINUTE_MS;
/** The most slots of a report, as many as a chart shows. */
const MAX_SLOTS = 150;

/** Returns the length of the slots of a range, in milliseconds: the shortest with at most 150 slots. */
export function slotLength(from: number, to: number): number {
  const usual = SLOTS_MS.find((slotMs) => (to - from) / slotMs <= MAX_SLOTS);
  return usual ?? Math.ceil((to - from) / MAX_SLOTS / WEEK_MS) * WEEK_MS;
}

/**
 * Returns the buckets of credentials: credentials that report the same source share one. The bucket with the smallest part
 * of its limit left is the first: it is the one that readers ask about.
 */
export function bucketsOf(states: readonly CredentialState[]): SpendingBucket[] {
  const buckets = new Map<string, { credentials: string[]; left: number }>();
  for (const { identity, known } of states) {
    const id = known?.outcome.source?.value ?? identity.name;
    const bucket = buckets.get(id) ?? { credentials: [], left: Number.POSITIVE_INFINITY };
    bucket.credentials.push(identity.name);
    if (known?.outcome.kind === 'limited')
      bucket.left = Math.min(bucket.left, known.outcome.remaining / known.outcome.limit);
    buckets.set(id, bucket);
  }
  const fewestFirst = [...buckets].sort(([, a], [, b]) => (a.left === b.left ? 0 : a.left - b.left));
  return fewestFirst.map(([id, { credentials }]) => ({ id, credentials }));
}

/**
 * Reports who spent the pulls of a bucket.
 * @returns undefined if there is no such bucket
 * @throws HistoryQueryError if the range is empty
 * @throws HistoryUnavailableError if the history cannot be read now
 */
export async function createReport(
  query: SpendingQuery,
  { store, past, states, owners }: ReportPorts,
): Promise<SpendingReport | undefined> {
  if (query.from >= query.to) throw new HistoryQueryError('The range is empty: from must be before to');
  const bucket = bucketNamed(bucketsOf(states()), query.bucket);
  if (!bucket) return undefined;
  const slotMs = slotLength(query.from, query.to);
  const from = Math.floor(query.from / slotMs) * slotMs;
  const to = Math.ceil(query.to / slotMs) * slotMs;
  const { credentials } = bucket;
  const [series, sums] = await Promise.all([
    readLoss(bucket, { from, to, step: slotMs }, past),
    store.sums({ from, to, credentials, slotMs }),
  ]);
  const losses = (series?.points ?? []).map(({ at, spent }) => ({ at, spent }));
  const teamOf = owners();
  return reportSpending(
    { from, to, by: query.by },
    slotMs,
    losses,
    sums.map((sum) => spendingOf(sum, teamOf)),
  );
}

/** The length of the cells in which the losses of credentials are read, in milliseconds. */
const CELL_MS = 5 * MINUTE_MS;

/**
 * Returns the pulls that the bucket of a credential lost in a range; undefined if none of it was observed.
 * @param from milliseconds since the epoch, as `to`
 */
export async function readCredentialLoss(
  past: Pick<Past, 'series'>,
  credential: string,
  from: number,
  to: number,
): Promise<number | undefined> {
  const series = await past.series(credential, { from, to, step: CELL_MS });
  const cells = (series?.points ?? []).flatMap(({ spent }) => spent ?? []);
  return cells.length === 0 ? undefined : cells.reduce((sum, spent) => sum + spent, 0);
}

async function readLoss(
  { id, credentials }: SpendingBucket,
  query: { from: number; to: number; step: number },
  past: ReportPorts['past'],
): Promise<HistorySeries | undefined> {
  const [name = ''] = credentials;
  return id === name ? past.series(name, query) : past.bucketSeries(id, query);
}

function spendingOf(sum: AttemptSum, teamOf: TeamOf): SpendingSum {
  const { cluster, namespace, workload, node, image, labels } = sum;
  const repository = repositoryOf(image);
  return {
    ...sum,
    fields: {
      team: teamOf({ cluster, namespace, labels, repository }),
      cluster,
      namespace,
      workload: `${namespace}/${workload}`,
      node,
      image,
      repository,
    },
  };
}

/** Returns the repository of an image reference: `library/nginx`. */
function repositoryOf(image: string): string {
  try {
    return parseImageReference(image).path;
  } catch {
    return image;
  }
}
