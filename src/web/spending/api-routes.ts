import type { Request, Response, Router } from 'express';
import { HistoryQueryError } from '../../domain/history/query.ts';
import type { PullRange } from '../../domain/pull-cost/pull-range.ts';
import { addRanges } from '../../domain/pull-cost/pull-range.ts';
import {
  SPENDING_GROUPS,
  type SpendingGroup,
  type SpendingQuery,
  type SpendingReport,
} from '../../domain/spending/spending-report.ts';
import {
  bucketNamed,
  type SpendingBucket,
  type SpendingService,
} from '../../domain/spending/spending-service.ts';
import {
  type AnswerError,
  allowOnly,
  toHistoryErrorAnswer,
  UnknownBucketError,
} from '../http/error-answer.ts';
import { type QueryParameters, quote, readHistoryRequest, readText } from '../http/query-parameters.ts';
import { sendCsv, sendJson } from '../http/send-body.ts';
import { toTimestamp } from '../text.ts';
import type { WebSources } from '../web-options.ts';

/** The JSON of who spent the pulls of a bucket. Times are RFC 3339 in UTC. */
export interface SpendingJson {
  readonly bucket: string;
  readonly credentials: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly by: readonly SpendingGroup[];
  /** The pulls that the bucket lost; null if it was not observed. */
  readonly spent: number | null;
  readonly explained: PullRange;
  readonly unexplained: PullRange | null;
  /** Most pulls first. They add up to `explained`. */
  readonly rows: SpendingReport['rows'];
  readonly step_seconds: number;
  readonly slots: readonly {
    readonly at: string;
    readonly spent: number | null;
    readonly explained: PullRange;
  }[];
  /** The pods that wait now because the bucket is exhausted, or because Docker Hub refuses for another reason. */
  readonly waiting: readonly {
    readonly cluster: string;
    readonly namespace: string;
    readonly workload: string;
    readonly image: string;
    readonly reason: string;
    readonly pods: number;
    readonly since: string;
  }[];
}

/** A bucket that a request names, with the range and the groups. */
export interface SpendingRequest extends SpendingQuery {
  readonly found: SpendingBucket;
}

/** How the pulls are grouped without the parameter `by`. */
const DEFAULT_GROUP: SpendingGroup = 'team';
/** The most names of buckets in an error message. */
const MAX_NAMES = 10;

/** The section `spending` is not configured. */
const NOT_CONFIGURED = {
  status: 404,
  code: 'not_configured',
  message: 'Spending is not configured; add the section spending to the configuration',
} as const;

/**
 * Reads the parameters `bucket`, `from`, `to` and `by`. Without `bucket` it is the only one.
 * @throws HistoryQueryError if a parameter is not valid, or `bucket` is missing and there are several
 * @throws UnknownBucketError if no bucket has the name
 */
export function readSpendingRequest(
  query: QueryParameters,
  service: Pick<SpendingService, 'buckets'>,
  now: number,
): SpendingRequest {
  const { from, to } = readHistoryRequest({ from: query.from, to: query.to }, now);
  if (from >= to) throw new HistoryQueryError('The range is empty: from must be before to');
  const by = readGroups(query.by);
  const found = findBucket(readText('bucket', query.bucket), service.buckets());
  return { bucket: found.id, from, to, by, found };
}

/**
 * Reads the parameter `by`: groups, separated by commas.
 * @throws HistoryQueryError if one of them is not a group
 */
export function readGroups(value: unknown): readonly SpendingGroup[] {
  const names = (readText('by', value) ?? DEFAULT_GROUP).split(',');
  const groups = names.map((name) => {
    const group = SPENDING_GROUPS.find((known) => known === name);
    if (group) return group;
    throw new HistoryQueryError(
      `The parameter by is not a group: ${quote(name)}; allowed are ${SPENDING_GROUPS.join(', ')}, several separated by commas`,
    );
  });
  return [...new Set(groups)];
}

function findBucket(name: string | undefined, buckets: readonly SpendingBucket[]): SpendingBucket {
  const [first, ...others] = buckets;
  if (name === undefined && first && others.length === 0) return first;
  const names = buckets.slice(0, MAX_NAMES).map(({ id }) => id);
  const more = buckets.length > MAX_NAMES ? ` and ${buckets.length - MAX_NAMES} more` : '';
  const allowed = `${names.join(', ') || 'none'}${more}`;
  if (name === undefined)
    throw new HistoryQueryError(`The parameter bucket is missing; allowed are ${allowed}`);
  const found = bucketNamed(buckets, name);
  if (found) return found;
  throw new UnknownBucketError(
    `No bucket or credential has this name: ${quote(name)}; the buckets are ${allowed}`,
  );
}

/** Returns a report as the value whose JSON the API sends. */
export function toSpendingJson(
  { from, to, spent, explained, unexplained, rows, slotMs, slots }: SpendingReport,
  { found, by }: Pick<SpendingRequest, 'found' | 'by'>,
  waiting: ReturnType<SpendingService['waiting']>,
): SpendingJson {
  return {
    bucket: found.id,
    credentials: found.credentials,
    from: toTimestamp(from),
    to: toTimestamp(to),
    by,
    spent,
    explained,
    unexplained,
    rows,
    step_seconds: slotMs / 1_000,
    slots: slots.map((slot) => ({
      at: toTimestamp(slot.at),
      spent: slot.spent,
      explained: addRanges(slot.pulls),
    })),
    waiting: waiting
      .filter(({ credential }) => found.credentials.includes(credential))
      .map(({ cluster, namespace, workload, image, refusal, pods, since }) => ({
        cluster,
        namespace,
        workload,
        image,
        reason: refusal,
        pods,
        since: toTimestamp(since),
      })),
  };
}

/** Returns the rows of a report as the cells of a table, with a header. */
function toSpendingTable(
  { rows }: Pick<SpendingReport, 'rows'>,
  by: readonly SpendingGroup[],
): (string | number)[][] {
  const header = [...by, 'pulls_low', 'pulls_high', 'refused', 'attempts'];
  const cells = rows.map((row) => [
    ...by.map((group) => row[group] ?? ''),
    row.pulls.low,
    row.pulls.high,
    row.refused,
    row.attempts,
  ]);
  return [header, ...cells];
}

/** Adds `/api/v1/spending` and `/api/v1/spending.csv`, which return who spent the pulls of a bucket. */
export function addSpendingApiRoutes(
  router: Router,
  { spending, clock }: Pick<WebSources, 'spending' | 'clock'>,
  answerError: AnswerError,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);

  async function answer(request: Request, response: Response, isCsv: boolean): Promise<void> {
    if (!spending.isOn()) return answerError(request, response, NOT_CONFIGURED);
    try {
      const wish = readSpendingRequest(request.query, spending, clock.now());
      const report = await spending.report(wish);
      if (!report) throw new UnknownBucketError('The bucket has just disappeared; try again');
      if (!isCsv) return await sendJson(request, response, toSpendingJson(report, wish, spending.waiting()));
      await sendCsv(request, response, toSpendingTable(report, wish.by));
    } catch (error) {
      await answerError(request, response, toHistoryErrorAnswer(error));
    }
  }

  router
    .route('/api/v1/spending.csv')
    .get((request, response) => answer(request, response, true))
    .all(readOnly);

  router
    .route('/api/v1/spending')
    .get((request, response) => {
      response.vary('Accept');
      return answer(request, response, request.accepts(['json', 'text/csv']) === 'text/csv');
    })
    .all(readOnly);
}
