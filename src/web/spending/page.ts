import {
  SPENDING_GROUPS,
  type SpendingGroup,
  type SpendingReport,
} from '../../domain/spending/spending-report.ts';
import type {
  ClusterStatus,
  SpendingBucket,
  UsageReport,
  WaitingPods,
} from '../../domain/spending/spending-service.ts';
import {
  describeWaiting,
  GROUP_LABELS,
  middleOf,
  NOT_KNOWN,
  rangeWords,
  shareWords,
  wholeOf,
} from '../../domain/spending/spending-words.ts';
import type { UsageGroup } from '../../domain/spending/usage-summary.ts';
import { formatCount, toSentence } from '../../domain/wording.ts';
import type { DetailRange } from '../credential/history.ts';
import { type RangePicker, toRangePicker } from '../credential/page.ts';
import { bucketPath, credentialPath } from '../credential-words.ts';
import type { Page } from '../page.ts';
import { listNames, type Moment, toMoment, toPlainText, toTimestamp } from '../text.ts';
import { drawSpending, type SpendingChart } from './chart.ts';
import { toUsageView, type UsageView } from './usage-routes.ts';

/** An example of the section `spending`. Not text of the template, which loses its indentation. */
const EXAMPLE = `spending:
  kubernetes:
    - name: prod
      kubeconfig_file: /etc/headroom/prod.kubeconfig
      credential: anonymous
  owners:
    - { team: shop, namespaces: ["shop-*"] }`;

/** The view model of the page `/spending`, with every text as it is shown. */
export interface SpendingPage extends Page {
  readonly isOn: boolean;
  /** YAML that configures spending, for the page without it. */
  readonly example: string;
  readonly bucket: BucketWords | undefined;
  /** The other buckets of the choice and this one; empty if there is only one. */
  readonly buckets: readonly { readonly id: string; readonly words: string; readonly isChosen: boolean }[];
  readonly groups: readonly { readonly label: string; readonly query: string; readonly isCurrent: boolean }[];
  readonly range: RangePicker;
  /** Fields of the form of the range that keep the bucket and the group. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  /** Fields of the form of the bucket that keep the range and the group. */
  readonly kept: SpendingPage['hidden'];
  /** Why something else is shown than was requested, in a sentence; undefined if it is not. */
  readonly problem: string | undefined;
  /** Why the report cannot be shown, in a sentence; undefined if it can. */
  readonly trouble: string | undefined;
  /** What is refused now; undefined without waiting pods. */
  readonly waiting: { readonly pods: string; readonly since: Moment; readonly places: string } | undefined;
  /** What of a cluster cannot be read. */
  readonly clusters: readonly { readonly name: string; readonly problems: readonly string[] }[];
  readonly report: SpendingView | undefined;
  /** Who pulled by Docker's usage reports; undefined without a folder of reports. */
  readonly usage: UsageView | undefined;
  /** Whether the page moves with the time. */
  readonly isLive: boolean;
}

/** A bucket, described. */
interface BucketWords {
  readonly name: string;
  /** Path of its page, relative to the root of all pages. */
  readonly path: string;
  /** Its credentials: `used by anonymous and ci`; undefined if it is named by its only credential. */
  readonly credentials: string | undefined;
}

/** A report, as texts and shapes. */
interface SpendingView {
  readonly lost: string;
  readonly explained: string;
  readonly explainedShare: string;
  readonly unexplained: string;
  readonly unexplainedShare: string;
  readonly hasRest: boolean;
  readonly chart: SpendingChart | undefined;
  readonly headings: readonly string[];
  readonly rows: readonly SpendingRowWords[];
  /** `12 more`; undefined if all rows are shown. */
  readonly more: string | undefined;
  /** Path of the CSV, relative to the root of all pages. */
  readonly csvPath: string;
}

/** A row of the table. */
interface SpendingRowWords {
  /** The number of its series in the chart, for its colour. */
  readonly series: number;
  readonly names: readonly string[];
  readonly pulls: string;
  readonly share: string;
  readonly refused: string;
  readonly attempts: string;
}

/** The data of the page. */
export interface SpendingParts {
  readonly isOn: boolean;
  readonly found: SpendingBucket | undefined;
  readonly buckets: readonly SpendingBucket[];
  readonly by: readonly SpendingGroup[];
  readonly range: DetailRange;
  readonly report: SpendingReport | undefined;
  readonly usage: UsageReport | undefined;
  readonly usageBy: UsageGroup;
  readonly problem: string | undefined;
  readonly trouble: string | undefined;
  readonly waiting: readonly WaitingPods[];
  readonly clusters: readonly ClusterStatus[];
}

/** The groups with a link: those that the events of Kubernetes contain. */
const LINKED_GROUPS = SPENDING_GROUPS.filter((group) => !['user', 'token', 'address'].includes(group));
/** The most rows of the table. The CSV has all of them. */
const MAX_ROWS = 200;
/** The number of the last series of the chart, which all further rows share. */
const LAST_SERIES = 6;
const NAME_LENGTH = 120;

/** Returns the view model of the page as of `now` (milliseconds since the epoch). */
export function toSpendingPage(parts: SpendingParts, now: number): SpendingPage {
  const { isOn, found, buckets, by, range, report } = parts;
  const group = by.join(',');
  const usageField = { name: 'usage', value: parts.usageBy };
  const waiting = describeWaiting(
    parts.waiting.filter(({ credential }) => found?.credentials.includes(credential)),
  );
  const hidden = [
    ...(found ? [{ name: 'bucket', value: found.id }] : []),
    { name: 'by', value: group },
    ...(parts.usage ? [usageField] : []),
  ];
  const rangeFields = rangeFieldsOf(range);
  const bucketField = hidden.filter(({ name }) => name === 'bucket');
  return {
    title: 'Who spends the pulls',
    section: 'spending',
    tone: waiting ? 'bad' : 'neutral',
    styles: ['chart.css', 'detail.css', 'spending.css'],
    scripts: ['detail-live.js', 'detail-zone.js', 'chart.js'],
    isOn,
    example: EXAMPLE,
    bucket: found && describeBucket(found),
    buckets: buckets.length < 2 ? [] : buckets.map((one) => toChoice(one, found)),
    groups: LINKED_GROUPS.map((one) => ({
      label: GROUP_LABELS[one],
      query: queryOf([
        ...rangeFields,
        ...hidden.filter(({ name }) => name !== 'by'),
        { name: 'by', value: one },
      ]),
      isCurrent: one === group,
    })),
    range: withFields(toRangePicker(range, now), hidden),
    hidden,
    kept: [...rangeFields, ...hidden.filter(({ name }) => name !== 'bucket')],
    problem: parts.problem ?? (range.problem && toSentence(range.problem)),
    trouble: parts.trouble,
    waiting: waiting && {
      pods: waiting.pods,
      since: toMoment(waiting.since, now),
      places: toPlainText(waiting.places),
    },
    clusters: parts.clusters
      .filter(({ problems }) => problems.length > 0)
      .map(({ name, problems }) => ({ name, problems: problems.map(toSentence) })),
    report: report && toView(report, by, [...bucketField, { name: 'by', value: group }]),
    usage:
      parts.usage &&
      toUsageView(parts.usage, range, (one) =>
        queryOf([
          ...rangeFields,
          ...hidden.filter(({ name }) => name !== 'usage'),
          { name: 'usage', value: one },
        ]),
      ),
    isLive: range.isLive,
  };
}

function describeBucket({ id, credentials }: SpendingBucket): BucketWords {
  const isNamedByCredential = credentials.length === 1 && credentials[0] === id;
  return {
    name: toPlainText(id, NAME_LENGTH),
    path: isNamedByCredential ? credentialPath(id) : bucketPath(id),
    credentials: isNamedByCredential ? undefined : `used by ${listNames(credentials)}`,
  };
}

function toChoice(one: SpendingBucket, found: SpendingBucket | undefined): SpendingPage['buckets'][number] {
  const { name, credentials } = describeBucket(one);
  return {
    id: one.id,
    words: credentials === undefined ? name : `${name}, ${credentials}`,
    isChosen: one.id === found?.id,
  };
}

type Field = SpendingPage['hidden'][number];

function rangeFieldsOf({ preset, from, to }: DetailRange): Field[] {
  if (preset !== undefined) return [{ name: 'range', value: preset }];
  return [
    { name: 'from', value: toTimestamp(from) },
    { name: 'to', value: toTimestamp(to) },
  ];
}

function queryOf(fields: readonly Field[]): string {
  return `?${fields.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}

/** Appends fields to the links of a range. */
function withFields(picker: RangePicker, fields: readonly Field[]): RangePicker {
  const append = (query: string) => `${query}&${queryOf(fields).slice(1)}`;
  const { earlier, later, closer, wider } = picker.steps;
  return {
    ...picker,
    presets: picker.presets.map((preset) => ({ ...preset, query: append(preset.query) })),
    steps: {
      earlier: append(earlier),
      later: later && append(later),
      closer: closer && append(closer),
      wider: wider && append(wider),
    },
  };
}

function toView(
  report: SpendingReport,
  by: readonly SpendingGroup[],
  fields: readonly Field[],
): SpendingView {
  const { spent, explained, unexplained, rows, from, to } = report;
  const whole = wholeOf(report);
  const range = [
    { name: 'from', value: toTimestamp(from) },
    { name: 'to', value: toTimestamp(to) },
  ];
  const names = rows.map((row) => by.map((group) => toPlainText(row[group] ?? NOT_KNOWN, NAME_LENGTH)));
  return {
    lost: spent === null ? 'Not known' : rangeWords({ low: spent, high: spent }),
    explained: rangeWords(explained),
    explainedShare: shareWords(middleOf(explained), whole),
    unexplained: unexplained ? rangeWords(unexplained) : 'Not known',
    unexplainedShare: unexplained ? shareWords(whole - middleOf(explained), whole) : '–',
    hasRest: unexplained !== null && unexplained.high > 0,
    chart:
      rows.length > 0 || spent !== null
        ? drawSpending(
            report,
            names.map((parts) => parts.join(', ')),
          )
        : undefined,
    headings: by.map((group) => GROUP_LABELS[group]),
    rows: rows.slice(0, MAX_ROWS).map((row, i) => ({
      series: Math.min(i, LAST_SERIES),
      names: names[i] ?? [],
      pulls: rangeWords(row.pulls),
      share: shareWords(middleOf(row.pulls), whole),
      refused: formatCount(row.refused),
      attempts: formatCount(row.attempts),
    })),
    more: rows.length > MAX_ROWS ? `${formatCount(rows.length - MAX_ROWS)} more` : undefined,
    csvPath: `api/v1/spending.csv${queryOf([...fields, ...range])}`,
  };
}
