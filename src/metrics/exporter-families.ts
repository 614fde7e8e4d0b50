import type { ReceiverHealth } from '../domain/alerts/delivery/notification.ts';
import type { FamilyDefinition, Sample } from './family.ts';

/** What runs: shown as labels. */
export interface BuildInfo {
  readonly version: string;
  /** The commit, or `unknown`. */
  readonly revision: string;
  /** Of the Node.js that runs it, without `v`. */
  readonly nodeVersion: string;
}

/** How the configuration was last read. */
export interface ReloadState {
  /** Whether the last attempt worked; the first is the one at the start. */
  readonly successful: boolean;
  /** When the configuration in use was read, in milliseconds since the epoch. */
  readonly lastSuccessAt: number | undefined;
}

/** What is said of Headroom itself. */
export interface ExporterFacts {
  readonly buildInfo: BuildInfo;
  readonly reload: ReloadState;
  /** Whether the file of the history can be written. */
  readonly isHistoryWritable: boolean;
  /** Every configured receiver of alerts, whether it has been told anything or not. */
  readonly receivers: readonly ReceiverHealth[];
  /** How often each polled credential had to be polled because it was overdue; the same map until a number changes. */
  readonly overduePolls: ReadonlyMap<string, number>;
}

const NO_RECEIVERS = 'without receivers';

/** Families about Headroom itself. Those of the configuration are named as in the Blackbox and other official exporters. */
export const EXPORTER_FAMILIES: readonly FamilyDefinition<ExporterFacts>[] = [
  {
    name: 'dockerhub_exporter_build_info',
    type: 'gauge',
    help: 'Always 1; what runs.',
    labels: ['version', 'revision', 'nodeversion'],
    samples: ({ buildInfo: { version, revision, nodeVersion } }) => [
      { labels: { version, revision, nodeversion: nodeVersion }, value: 1 },
    ],
  },
  {
    name: 'dockerhub_exporter_config_last_reload_successful',
    type: 'gauge',
    help: 'Whether the last attempt to read the configuration worked; 0 means that an older one is in use.',
    labels: [],
    samples: ({ reload }) => [{ labels: {}, value: Number(reload.successful) }],
  },
  {
    name: 'dockerhub_exporter_config_last_reload_success_timestamp_seconds',
    type: 'gauge',
    help: 'When the configuration in use was read.',
    labels: [],
    absent: 'while the moment is not known',
    samples: ({ reload: { lastSuccessAt } }) =>
      lastSuccessAt === undefined ? [] : [{ labels: {}, value: lastSuccessAt / 1_000 }],
  },
  {
    name: 'dockerhub_exporter_overdue_polls_total',
    type: 'counter',
    help: 'Polls off the schedule, since the credential was not polled for about two intervals; more than 0 is a fault of Headroom or its machine.',
    labels: ['credential'],
    samples: ({ overduePolls }) =>
      [...overduePolls].map(([credential, value]) => ({ labels: { credential }, value })),
  },
  {
    name: 'dockerhub_exporter_history_writable',
    type: 'gauge',
    help: 'Whether the file of the history can be written; 0 means that results and alerts are kept in memory, and lost at a restart.',
    labels: [],
    samples: ({ isHistoryWritable }) => [{ labels: {}, value: Number(isHistoryWritable) }],
  },
  {
    name: 'dockerhub_exporter_notifications_total',
    type: 'counter',
    help: 'Messages to a receiver of alerts that are settled: arrived or given up. To Alertmanager: pushes.',
    labels: ['receiver'],
    absent: NO_RECEIVERS,
    samples: ({ receivers }) => perReceiver(receivers, ({ sent, failed }) => sent + failed),
  },
  {
    name: 'dockerhub_exporter_notifications_failed_total',
    type: 'counter',
    help: 'Messages to a receiver of alerts that were given up: refused, too old, or too many waited. To Alertmanager: pushes that failed.',
    labels: ['receiver'],
    absent: NO_RECEIVERS,
    samples: ({ receivers }) => perReceiver(receivers, ({ failed }) => failed),
  },
  {
    name: 'dockerhub_exporter_notifications_queued',
    type: 'gauge',
    help: 'Messages to a receiver of alerts that wait or are under way; more than 0 for minutes means that it cannot be reached.',
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
