import type { ReceiverHealth } from '../domain/alerts/delivery/notification.ts';
import type { SpendingFacts } from '../domain/spending/spending-facts.ts';
import { BUDGET_FAMILIES, type BudgetMetrics } from './budget-families.ts';
import { ENDINGS, type ExpositionFormat, formatFamilies } from './exposition-format.ts';
import { collectFamilies, type Family, type FamilyDefinition, type Sample } from './family.ts';
import { SPENDING_FAMILIES } from './spending-families.ts';

/** Contains the version of the running program. Each field becomes a label. */
export interface BuildInfo {
  /** Headroom's version. */
  readonly version: string;
  /** The commit, or `unknown`. */
  readonly revision: string;
  /** The version of Node.js, without `v`. */
  readonly nodeVersion: string;
}

/** Contains the result of the last attempt to read the configuration. */
export interface ReloadState {
  /** Whether the last attempt succeeded. The start counts as the first attempt. */
  readonly successful: boolean;
  /** When the configuration in use was read, in milliseconds since the epoch. Undefined if that is unknown. */
  readonly lastSuccessAt: number | undefined;
}

/** Contains the values of the metrics about spending and about Headroom itself. */
export interface ExporterFacts extends BudgetMetrics {
  readonly buildInfo: BuildInfo;
  readonly reload: ReloadState;
  /** Whether the history file can be written. */
  readonly isHistoryWritable: boolean;
  /** The health of every configured receiver, including those without notifications. */
  readonly receivers: readonly ReceiverHealth[];
  /** How often each polled credential was polled because it was overdue, by name. The same map until a number changes. */
  readonly overduePolls: ReadonlyMap<string, number>;
  /** Who spends the pulls. The same object while nothing is configured. */
  readonly spending: SpendingFacts;
}

const NO_RECEIVERS = 'without receivers';

/** The metric families about spending and about Headroom itself. Those of the configuration have the names of the Blackbox Exporter. */
export const EXPORTER_FAMILIES: readonly FamilyDefinition<ExporterFacts>[] = [
  ...BUDGET_FAMILIES,
  {
    name: 'dockerhub_exporter_build_info',
    type: 'gauge',
    help: 'Always 1; the running version.',
    labels: ['version', 'revision', 'nodeversion'],
    samples: ({ buildInfo: { version, revision, nodeVersion } }) => [
      { labels: { version, revision, nodeversion: nodeVersion }, value: 1 },
    ],
  },
  {
    name: 'dockerhub_exporter_config_last_reload_successful',
    type: 'gauge',
    help: 'Whether the last attempt to read the configuration succeeded; 0 means that an older one is in use.',
    labels: [],
    samples: ({ reload }) => [{ labels: {}, value: Number(reload.successful) }],
  },
  {
    name: 'dockerhub_exporter_config_last_reload_success_timestamp_seconds',
    type: 'gauge',
    help: 'When the configuration in use was read.',
    labels: [],
    absent: 'while the time is unknown',
    samples: ({ reload: { lastSuccessAt } }) =>
      lastSuccessAt === undefined ? [] : [{ labels: {}, value: lastSuccessAt / 1_000 }],
  },
  {
    name: 'dockerhub_exporter_overdue_polls_total',
    type: 'counter',
    help: 'Polls that were not scheduled, since the credential had not been polled for about two intervals; more than 0 is a fault of Headroom or its machine.',
    labels: ['credential'],
    samples: ({ overduePolls }) =>
      [...overduePolls].map(([credential, value]) => ({ labels: { credential }, value })),
  },
  {
    name: 'dockerhub_exporter_history_writable',
    type: 'gauge',
    help: 'Whether the history file can be written; 0 means that results and alerts are kept in memory and lost at a restart.',
    labels: [],
    samples: ({ isHistoryWritable }) => [{ labels: {}, value: Number(isHistoryWritable) }],
  },
  ...SPENDING_FAMILIES,
  {
    name: 'dockerhub_exporter_notifications_total',
    type: 'counter',
    help: 'Notifications to a receiver of alerts that were delivered or have failed. To Alertmanager: pushes.',
    labels: ['receiver'],
    absent: NO_RECEIVERS,
    samples: ({ receivers }) => perReceiver(receivers, ({ sent, failed }) => sent + failed),
  },
  {
    name: 'dockerhub_exporter_notifications_failed_total',
    type: 'counter',
    help: 'Notifications to a receiver of alerts that have failed: rejected, too old, or the queue was full. To Alertmanager: pushes that failed.',
    labels: ['receiver'],
    absent: NO_RECEIVERS,
    samples: ({ receivers }) => perReceiver(receivers, ({ failed }) => failed),
  },
  {
    name: 'dockerhub_exporter_notifications_queued',
    type: 'gauge',
    help: 'Notifications to a receiver of alerts that are waiting or being sent; more than 0 for minutes means that it cannot be reached.',
    labels: ['receiver'],
    absent: NO_RECEIVERS,
    samples: ({ receivers }) => perReceiver(receivers, ({ queued }) => queued),
  },
];

function perReceiver(
  receivers: readonly ReceiverHealth[],
  countOf: (receiver: ReceiverHealth) => number,
): readonly Sample[] {
  return receivers.map((receiver) => ({ labels: { receiver: receiver.name }, value: countOf(receiver) }));
}

/** Writes the part of the exposition that describes Headroom and its process, and the end of the exposition. */
type WriteExporterSection = (
  facts: ExporterFacts,
  processFamilies: readonly Family[],
  format: ExpositionFormat,
) => Buffer;

/** Contains the cached sections and the values they were written from. */
interface Written {
  readonly facts: ExporterFacts;
  readonly processFamilies: readonly Family[];
  readonly sections: Map<ExpositionFormat, Buffer>;
}

/** Creates a writer that returns the same buffer while the values are the same, so that it need not be compressed again. */
export function createExporterSectionWriter(): WriteExporterSection {
  let kept: Written | undefined;
  return (facts, processFamilies, format) => {
    if (kept?.processFamilies !== processFamilies || !isSame(kept.facts, facts)) {
      kept = { facts, processFamilies, sections: new Map() };
    }
    const section = kept.sections.get(format) ?? writeSection(facts, processFamilies, format);
    kept.sections.set(format, section);
    return section;
  };
}

function writeSection(
  facts: ExporterFacts,
  processFamilies: readonly Family[],
  format: ExpositionFormat,
): Buffer {
  const families = [...collectFamilies(EXPORTER_FAMILIES, facts), ...processFamilies];
  return Buffer.from(formatFamilies(families, format) + ENDINGS[format]);
}

function isSame(one: ExporterFacts, other: ExporterFacts): boolean {
  return (
    one.buildInfo === other.buildInfo &&
    one.reload.successful === other.reload.successful &&
    one.reload.lastSuccessAt === other.reload.lastSuccessAt &&
    one.overduePolls === other.overduePolls &&
    one.usagePulls === other.usagePulls &&
    one.spending === other.spending &&
    one.watched === other.watched &&
    one.isHistoryWritable === other.isHistoryWritable &&
    one.receivers.length === other.receivers.length &&
    one.receivers.every((receiver, i) => isSameReceiver(receiver, other.receivers[i]))
  );
}

function isSameReceiver(one: ReceiverHealth, other: ReceiverHealth | undefined): boolean {
  return (
    one.name === other?.name &&
    one.queued === other.queued &&
    one.sent === other.sent &&
    one.failed === other.failed
  );
}
