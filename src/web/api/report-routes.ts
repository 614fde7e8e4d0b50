import type { Request, Response, Router } from 'express';
import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { FAILURES } from '../../domain/failure.ts';
import {
  checkHistoryQuery,
  type HistoryChange,
  HistoryQueryError,
  type HistorySeries,
  type HistorySpan,
  type Probe,
  SHORT_CELL_MS,
} from '../../domain/history/query.ts';
import type { Source } from '../../domain/rate-limit.ts';
import { formatDuration } from '../../kit/duration.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import { findSpans, SPAN_WORDS } from '../charts/annotations.ts';
import { describeRoute } from '../credential-words.ts';
import {
  type AnswerError,
  allowOnly,
  toHistoryErrorAnswer,
  UnknownBucketError,
} from '../http/error-answer.ts';
import { quote, readHistoryRequest, readText } from '../http/query-parameters.ts';
import { sendBody } from '../http/send-body.ts';
import { takeSnapshots } from '../overview/buckets.ts';
import { toTimestamp } from '../text.ts';
import type { WebSources } from '../web-options.ts';

/** The most rows of readings. */
const MAX_ROWS = 96;
/** The most spans and refusals that are listed. */
const MAX_LINES = 200;
const DAY_MS = 86_400_000;

/** Everything that a report states about one bucket. */
interface ReportFacts extends HistorySpan {
  readonly version: string;
  readonly now: number;
  /** At least one. */
  readonly members: readonly CredentialSnapshot[];
  readonly routes: readonly (string | undefined)[];
  readonly series: HistorySeries | undefined;
  /** Changes of limit, window and source of each member, in their order; undefined if the backend stores none. */
  readonly changes: readonly (readonly HistoryChange[] | undefined)[];
  /** The newest failed probes of each member. */
  readonly failures: readonly (readonly Probe[])[];
  /** The probes of each member in the last day of the range. */
  readonly probesPerDay: readonly (number | undefined)[];
}

/**
 * Adds `/api/v1/report`, which returns what Headroom knows of one bucket as one Markdown document, for a support ticket. It contains no
 * password and no token, and no address of a proxy.
 */
export function addReportRoutes(router: Router, sources: WebSources, answerError: AnswerError): void {
  router
    .route('/api/v1/report')
    .get(async (request: Request, response: Response) => {
      try {
        const now = sources.clock.now();
        const span = readHistoryRequest({ from: request.query.from, to: request.query.to }, now);
        checkHistoryQuery({ ...span, step: 'auto' });
        const members = findMembers(readText('bucket', request.query.bucket), takeSnapshots(sources, now));
        const text = writeReport(await gather(sources, members, span, now));
        const name = `headroom-report-${toTimestamp(span.to).slice(0, 10)}.md`;
        response.setHeader('Content-Disposition', `attachment; filename="${name}"`);
        await sendBody(request, response, { type: 'text/markdown; charset=utf-8', text });
      } catch (error) {
        await answerError(request, response, toHistoryErrorAnswer(error));
      }
    })
    .all(allowOnly(['GET', 'HEAD'], answerError));
}

/**
 * Returns the credentials of the bucket that a source or the name of a credential names; without a name of the only bucket.
 * @throws HistoryQueryError if the name is missing and there are several buckets
 * @throws UnknownBucketError if there is no such bucket
 */
function findMembers(
  name: string | undefined,
  snapshots: readonly CredentialSnapshot[],
): readonly CredentialSnapshot[] {
  const keyOf = (snapshot: CredentialSnapshot) => sourceOf(snapshot)?.value ?? snapshot.name;
  const keys = [...new Set(snapshots.map(keyOf))];
  const allowed =
    keys
      .slice(0, 10)
      .map((key) => quoteForeign(key))
      .join(', ') || 'none';
  if (name === undefined && keys.length !== 1) {
    throw new HistoryQueryError(`The parameter bucket is missing; allowed are ${allowed}`);
  }
  const named = snapshots.find((snapshot) => snapshot.name === name);
  const key = name === undefined ? keys[0] : named ? keyOf(named) : name;
  const members = snapshots.filter((snapshot) => keyOf(snapshot) === key);
  if (members.length > 0) return members;
  throw new UnknownBucketError(
    `No bucket or credential has this name: ${quote(name ?? '')}; the buckets are ${allowed}`,
  );
}

/** Returns the newest known source of a credential, however old. */
function sourceOf({ source, known }: CredentialSnapshot): Source | undefined {
  return source ?? known?.outcome.source;
}

async function gather(
  sources: WebSources,
  members: readonly CredentialSnapshot[],
  { from, to }: HistorySpan,
  now: number,
): Promise<ReportFacts> {
  const step = Math.max(1, Math.ceil((to - from) / MAX_ROWS / SHORT_CELL_MS)) * SHORT_CELL_MS;
  const [first] = members;
  const source = first && sourceOf(first)?.value;
  const bucket = source === undefined ? undefined : await sources.bucketSeries(source, { from, to, step });
  const series = bucket ?? (first && (await sources.series(first.name, { from, to, step })));
  const names = members.map(({ name }) => name);
  const ofEach = <T>(read: (name: string) => Promise<T>) => Promise.all(names.map(read));
  return {
    from,
    to,
    now,
    version: sources.version,
    members,
    series,
    routes: names.map((name) => {
      const route = sources.routeOf(name);
      return route && describeRoute(route);
    }),
    changes: await ofEach(async (name) => sources.changes(name, { from, to })),
    failures: await ofEach(async (name) => (await sources.recentProbes(name))?.failures ?? []),
    probesPerDay: await ofEach(async (name) => {
      const lastDay = await sources.series(name, { from: Math.max(from, to - DAY_MS), to, step: 'raw' });
      return lastDay?.points.filter(({ outcome }) => outcome !== null).length;
    }),
  };
}

function writeReport(facts: ReportFacts): string {
  const { from, to, now, version, members, probesPerDay } = facts;
  const [first] = members;
  const dayWords = formatDuration(Math.min(to - from, DAY_MS));
  return `${[
    `# Docker Hub rate limit: ${cell((first && sourceOf(first)?.value) ?? first?.name ?? '')}`,
    `From ${toTimestamp(from)} to ${toTimestamp(to)}, made at ${toTimestamp(now)} by Headroom ${version}. All times are UTC. Passwords, tokens and addresses of proxies are not part of this report.`,
    '## Sources',
    'The source is the address or account that Docker Hub counts, as the header `docker-ratelimit-source` names it.',
    table(
      ['credential', 'login', 'route', 'source', 'limit', 'left', 'newest answer'],
      members.map((member, i) => [
        member.name,
        member.hasLogin ? (member.downgraded ? 'yes, counted as anonymous' : 'yes') : 'no',
        facts.routes[i] ?? 'direct',
        sourceOf(member)?.value ?? 'not reported',
        member.limited ? `${member.limited.limit} in ${windowOf(member.limited.windowSeconds)}` : 'not known',
        member.limited ? String(member.limited.remaining) : 'not known',
        member.lastSuccessAt === undefined ? 'none' : toTimestamp(member.lastSuccessAt),
      ]),
    ),
    '## Changes of limit, window and source',
    changesOf(facts),
    '## Refusals and times without an answer',
    refusalsOf(facts),
    '## Requests of Headroom itself',
    'A probe is one `HEAD` request for a manifest, with one request for a token if it needs one. By the documentation of Docker Hub it costs no pull.',
    table(
      ['credential', `probes in the last ${dayWords} of the range`, 'probes an hour'],
      members.map(({ name }, i) => {
        const count = probesPerDay[i];
        const hours = Math.min(to - from, DAY_MS) / 3_600_000;
        return [
          name,
          String(count ?? 'not known'),
          count === undefined ? 'not known' : (count / hours).toFixed(1),
        ];
      }),
    ),
    '## Readings',
    readingsOf(facts.series),
  ].join('\n\n')}\n`;
}

function changesOf({ members, changes }: ReportFacts): string {
  if (changes.every((one) => one === undefined)) return 'Not stored by this backend of the history.';
  const rows = members.flatMap(({ name }, i) =>
    (changes[i] ?? []).map(({ at, kind, from, to }) => [
      toTimestamp(at),
      name,
      kind,
      String(from),
      String(to),
    ]),
  );
  return rows.length === 0 ? 'None.' : table(['at', 'credential', 'what', 'before', 'after'], sorted(rows));
}

function refusalsOf({ members, failures, series, from, to }: ReportFacts): string {
  const spans = series ? findSpans(series).filter(({ kind }) => kind !== 'unlimited') : [];
  const spanRows = spans.map((span) => [toTimestamp(span.from), toTimestamp(span.to), SPAN_WORDS[span.kind]]);
  const rows = members.flatMap(({ name }, i) =>
    (failures[i] ?? [])
      .filter(({ at }) => from <= at && at < to)
      .map(({ at, durationMs, outcome }) => [
        toTimestamp(at),
        name,
        formatDuration(Math.round(durationMs)),
        ...outcomeWords(outcome),
      ]),
  );
  const parts = [
    spanRows.length === 0
      ? 'No time without an answer.'
      : table(['from', 'to', 'what'], spanRows.slice(0, MAX_LINES)),
    rows.length === 0
      ? 'No refusal among the newest failed probes of these credentials.'
      : `The newest failed probes:\n\n${table(['at', 'credential', 'duration', 'reason', 'detail'], sorted(rows).slice(0, MAX_LINES))}`,
  ];
  return parts.join('\n\n');
}

/** Returns the reason of a failed or blocked probe, and its meaning with the evidence. */
function outcomeWords(outcome: Probe['outcome']): [string, string] {
  if (outcome.kind === 'blocked') {
    const wait = outcome.retryAfterSeconds;
    return [`blocked: ${outcome.reason}`, wait === undefined ? '' : `Retry-After: ${wait} s`];
  }
  if (outcome.kind !== 'failed') return [outcome.kind, ''];
  return [outcome.reason, `${FAILURES[outcome.reason].meaning}: ${outcome.detail}`];
}

function readingsOf(series: HistorySeries | undefined): string {
  const points = series?.points.filter(({ outcome }) => outcome !== null) ?? [];
  if (points.length === 0) return 'None in this range.';
  const known = (value: number | null) => (value === null ? '' : String(value));
  const rows = points.map(({ at, remaining, limit, windowSeconds, spent, outcome }) => [
    toTimestamp(at),
    known(remaining),
    known(limit),
    known(windowSeconds),
    known(spent),
    outcome ?? '',
  ]);
  const step = series?.stepMs ? `The newest reading of each ${formatDuration(series.stepMs)}.\n\n` : '';
  return `${step}${table(['from', 'left', 'limit', 'window in seconds', 'spent', 'outcome'], rows)}`;
}

function windowOf(seconds: number | undefined): string {
  return seconds === undefined ? 'an unknown window' : formatDuration(seconds * 1_000);
}

function sorted(rows: readonly string[][]): readonly string[][] {
  return [...rows].sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}

/** Formats a table of Markdown. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Cleans and escapes a text for Markdown: it may be foreign, and must not become a link, HTML or another cell. */
function cell(text: string): string {
  return quoteForeign(text).replace(/[\\`*_[\]<>|]/g, '\\$&');
}
