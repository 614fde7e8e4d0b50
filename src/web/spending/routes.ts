import type { Request, Response, Router } from 'express';
import { HistoryQueryError, HistoryUnavailableError } from '../../domain/history/query.ts';
import type { SpendingReport } from '../../domain/spending/spending-report.ts';
import {
  bucketNamed,
  type SpendingBucket,
  type UsageReport,
} from '../../domain/spending/spending-service.ts';
import type { UsageGroup } from '../../domain/spending/usage-summary.ts';
import { toSentence } from '../../domain/wording.ts';
import { readDetailRange } from '../credential/history.ts';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import { type QueryParameters, quote, readText } from '../http/query-parameters.ts';
import type { ShowPage } from '../page.ts';
import type { WebSources } from '../web-options.ts';
import { readGroups } from './api-routes.ts';
import { type SpendingPage, type SpendingParts, toSpendingPage } from './page.ts';
import { readUsageGroup } from './usage-routes.ts';

/** The sources of the page. */
type SpendingSources = Pick<WebSources, 'spending' | 'clock' | 'log'>;

/** Adds `/spending`, the page of who spends the pulls. */
export function addSpendingRoutes(
  router: Router,
  sources: SpendingSources,
  showPage: ShowPage,
  answerError: AnswerError,
): void {
  router
    .route('/spending')
    .get(async (request: Request, response: Response) =>
      showPage(request, response, 'spending', await buildPage(sources, request.query)),
    )
    .all(allowOnly(['GET', 'HEAD'], answerError));
}

/** Builds the page. A parameter that is not valid is replaced by its default, and the page says so. */
async function buildPage(
  { spending, clock, log }: SpendingSources,
  query: QueryParameters,
): Promise<SpendingPage> {
  const now = clock.now();
  const isOn = spending.isOn();
  const range = readDetailRange(query, now);
  const buckets = spending.buckets();
  const { by, usageBy, found, problem } = readChoice(query, buckets);
  const answer =
    isOn && found
      ? await readReport(() => spending.report({ bucket: found.id, from: range.from, to: range.to, by }), log)
      : NO_REPORT;
  const usage = isOn
    ? await readUsage(() => spending.usage({ from: range.from, to: range.to, by: usageBy }), log)
    : undefined;
  const parts = { isOn, found, buckets, by, usageBy, usage, range, problem, ...answer };
  return toSpendingPage({ ...parts, waiting: spending.waiting(), clusters: spending.clusters() }, now);
}

/** Returns the chosen bucket and groups: the defaults, with a problem, for values that do not exist. */
function readChoice(
  query: QueryParameters,
  buckets: readonly SpendingBucket[],
): Pick<SpendingParts, 'by' | 'usageBy' | 'found' | 'problem'> {
  try {
    const by = readGroups(query.by);
    const usageBy = readUsageGroup('usage', query.usage);
    const name = readText('bucket', query.bucket);
    const found = name === undefined ? undefined : bucketNamed(buckets, name);
    const isUnknown = name !== undefined && !found;
    const problem = isUnknown ? `No bucket or credential has this name: ${quote(name)}.` : undefined;
    return { by, usageBy, found: found ?? buckets[0], problem };
  } catch (error) {
    if (!(error instanceof HistoryQueryError)) throw error;
    const usageBy: UsageGroup = readUsageGroup('usage', undefined);
    return { by: readGroups(undefined), usageBy, found: buckets[0], problem: toSentence(error.message) };
  }
}

const NO_REPORT = { report: undefined, trouble: undefined };

async function readReport(
  read: () => Promise<SpendingReport | undefined>,
  log: WebSources['log'],
): Promise<Pick<SpendingParts, 'report' | 'trouble'>> {
  try {
    return { report: await read(), trouble: undefined };
  } catch (error) {
    if (error instanceof HistoryUnavailableError || error instanceof HistoryQueryError) {
      return { report: undefined, trouble: toSentence(`The history cannot be read: ${error.message}`) };
    }
    log.error('A spending report cannot be made', { error });
    return { report: undefined, trouble: "The history cannot be read; Headroom's log says why." };
  }
}

/** Reads usage reports. The page is shown without them if they cannot be read: the report of the bucket says why. */
async function readUsage(
  read: () => Promise<UsageReport | undefined>,
  log: WebSources['log'],
): Promise<UsageReport | undefined> {
  try {
    return await read();
  } catch (error) {
    log.warn('The stored usage reports cannot be read', { error });
    return undefined;
  }
}
