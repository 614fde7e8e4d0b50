import type { Request, Response, Router } from 'express';
import { HistoryQueryError } from '../../domain/history/query.ts';
import type { UsageQuery, UsageReport } from '../../domain/spending/spending-service.ts';
import { GROUP_LABELS, NOT_KNOWN, shareWords } from '../../domain/spending/spending-words.ts';
import { USAGE_GROUPS, type UsageGroup } from '../../domain/spending/usage-summary.ts';
import { formatCount } from '../../domain/wording.ts';
import { type AnswerError, allowOnly, toHistoryErrorAnswer } from '../http/error-answer.ts';
import { type QueryParameters, quote, readHistoryRequest, readText } from '../http/query-parameters.ts';
import { sendCsv, sendJson } from '../http/send-body.ts';
import { toPlainText, toTimestamp } from '../text.ts';
import type { WebSources } from '../web-options.ts';

/** The part of the page about usage reports, with every text as it is shown. */
export interface UsageView {
  readonly heading: string;
  readonly groups: readonly { readonly label: string; readonly query: string; readonly isCurrent: boolean }[];
  readonly rows: readonly { readonly name: string; readonly pulls: string; readonly share: string }[];
  readonly total: string;
  /** `12 more`; undefined if all rows are shown. */
  readonly more: string | undefined;
  /** Path of the CSV, relative to the root of all pages. */
  readonly csvPath: string;
}

/** The names of the groups, as headings. */
const LABELS: Readonly<Record<UsageGroup, string>> = { ...GROUP_LABELS, day: 'Day' };
const DEFAULT_GROUP: UsageGroup = 'user';
/** The most rows of the table. The CSV has all of them. */
const MAX_ROWS = 100;
const NAME_LENGTH = 120;
/** No folder of usage reports is configured. */
const NOT_CONFIGURED = {
  status: 404,
  code: 'not_configured',
  message: 'Usage reports are not configured; add spending.usage_reports to the configuration',
} as const;

/**
 * Reads the group of usage reports. Default: `user`.
 * @param name the name of the parameter
 * @throws HistoryQueryError if it is not a group
 */
export function readUsageGroup(name: string, value: unknown): UsageGroup {
  const text = readText(name, value) ?? DEFAULT_GROUP;
  const group = USAGE_GROUPS.find((known) => known === text);
  if (group) return group;
  throw new HistoryQueryError(
    `The parameter ${name} is not a group: ${quote(text)}; allowed are ${USAGE_GROUPS.join(', ')}`,
  );
}

/**
 * Returns the part of the page about usage reports.
 * @param queryWith returns the query of the page with a value of the parameter `usage`
 */
export function toUsageView(
  { by, totals, pulls }: UsageReport,
  { from, to }: Pick<UsageQuery, 'from' | 'to'>,
  queryWith: (group: UsageGroup) => string,
): UsageView {
  const range = `from=${encodeURIComponent(toTimestamp(from))}&to=${encodeURIComponent(toTimestamp(to))}`;
  return {
    heading: LABELS[by],
    groups: USAGE_GROUPS.map((one) => ({ label: LABELS[one], query: queryWith(one), isCurrent: one === by })),
    rows: totals.slice(0, MAX_ROWS).map((total) => ({
      name: toPlainText(total.name || NOT_KNOWN, NAME_LENGTH),
      pulls: formatCount(total.pulls),
      share: shareWords(total.pulls, pulls),
    })),
    total: formatCount(pulls),
    more: totals.length > MAX_ROWS ? `${formatCount(totals.length - MAX_ROWS)} more` : undefined,
    csvPath: `api/v1/usage.csv?by=${by}&${range}`,
  };
}

/** Adds `/api/v1/usage` and `/api/v1/usage.csv`, which return who pulled by Docker's usage reports. */
export function addUsageApiRoutes(
  router: Router,
  { spending, clock }: Pick<WebSources, 'spending' | 'clock'>,
  answerError: AnswerError,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);

  async function answer(request: Request, response: Response, isCsv: boolean): Promise<void> {
    try {
      const wish = readUsageRequest(request.query, clock.now());
      const report = await spending.usage(wish);
      if (!report) return await answerError(request, response, NOT_CONFIGURED);
      if (!isCsv) return await sendJson(request, response, toUsageJson(report, wish));
      const rows = report.totals.map((total) => [total.name, total.pulls]);
      await sendCsv(request, response, [[report.by, 'pulls'], ...rows]);
    } catch (error) {
      await answerError(request, response, toHistoryErrorAnswer(error));
    }
  }

  router
    .route('/api/v1/usage.csv')
    .get((request, response) => answer(request, response, true))
    .all(readOnly);
  router
    .route('/api/v1/usage')
    .get((request, response) => answer(request, response, false))
    .all(readOnly);
}

function readUsageRequest(query: QueryParameters, now: number): UsageQuery {
  const { from, to } = readHistoryRequest({ from: query.from, to: query.to }, now);
  if (from >= to) throw new HistoryQueryError('The range is empty: from must be before to');
  return { from, to, by: readUsageGroup('by', query.by) };
}

function toUsageJson({ by, totals, pulls }: UsageReport, { from, to }: UsageQuery): object {
  return {
    by,
    from: toTimestamp(from),
    to: toTimestamp(to),
    pulls,
    rows: totals.map((total) => ({ [by]: total.name, pulls: total.pulls })),
  };
}
