import type { ReceiverHealth } from '../domain/alerts/delivery/notification.ts';
import type { CompatibilityName } from '../domain/compatibility.ts';
import { takeContainedSnapshot } from '../domain/credential-snapshot.ts';
import type { CredentialState } from '../domain/credential-state.ts';
import { NO_SPENDING, type SpendingFacts } from '../domain/spending/spending-facts.ts';
import { NOTHING_WATCHED, type WatchedSpending } from '../domain/spending/watched-spending.ts';
import type { Clock } from '../kit/clock.ts';
import type { Containment } from '../kit/contain.ts';
import { compatibilityFamilies } from './compatibility-families.ts';
import { CREDENTIAL_FAMILIES, PROBE_FAMILIES, type ProbeFacts } from './credential-families.ts';
import {
  type CredentialSection,
  collectCredentialFamilies,
  createSectionWriter,
  type OutlookOf,
} from './credential-section.ts';
import {
  type BuildInfo,
  createExporterSectionWriter,
  EXPORTER_FAMILIES,
  type ExporterFacts,
  type ReloadState,
} from './exporter-section.ts';
import { CONTENT_TYPES, ENDINGS, type ExpositionFormat, formatFamilies } from './exposition-format.ts';
import { collectFamilies, type Family } from './family.ts';
import { createGzip } from './gzip.ts';
import { acceptsGzip, negotiateFormat } from './negotiation.ts';
import type { ReadProcessMetrics } from './process-metrics.ts';

/** Contains the headers of a scrape that choose its format. */
export interface ScrapeRequest {
  /** Value of `Accept`; undefined without the header. */
  readonly accept: string | undefined;
  /** Value of `Accept-Encoding`; undefined without the header. */
  readonly acceptEncoding: string | undefined;
}

/** Contains the answer to a scrape. It depends on `Accept` and `Accept-Encoding`, so that it needs the header `Vary`. */
export interface Exposition {
  readonly contentType: string;
  readonly contentEncoding?: 'gzip';
  /** The bytes, to be sent in this order. */
  readonly body: readonly Buffer[];
}

/** Contains the result of a probe by `/probe?credential=`. */
export interface ProbeReport extends ProbeFacts {
  /** The state of the credential after the probe. */
  readonly state: CredentialState;
}

/** Contains the sources of the metrics. They are read at each scrape; no value is stored in a long-lived gauge. */
export interface MetricsPorts {
  /** Returns the credentials in the order of the exposition. */
  readonly states: () => readonly CredentialState[];
  readonly outlookOf: OutlookOf;
  /** Returns a number that changes whenever the results of `states` or `outlookOf` change. */
  readonly version: () => number;
  readonly clock: Pick<Clock, 'now'>;
  readonly buildInfo: BuildInfo;
  readonly reload: () => ReloadState;
  /** Reports whether the history file can be written. Default: true. */
  readonly isHistoryWritable?: () => boolean;
  /** Returns the health of every configured receiver. Default: no receivers. */
  readonly receivers?: () => readonly ReceiverHealth[];
  /** Returns how often each credential was polled because it was overdue, by name. Default: an empty map. */
  readonly overduePolls?: () => ReadonlyMap<string, number>;
  /** Returns who spends the pulls. Default: nothing. */
  readonly spending?: () => SpendingFacts;
  /** Returns the pulls of each team by usage reports. Default: an empty map. */
  readonly usagePulls?: () => ReadonlyMap<string, number>;
  /** Returns budgets and caches. Default: none. */
  readonly watched?: () => WatchedSpending;
  /** Prevents that one broken credential breaks the exposition. Default: without a report. */
  readonly contain?: Containment;
  /** Returns the other exporters whose metric names are exposed too. */
  readonly compatibility: () => readonly CompatibilityName[];
  readonly processMetrics: ReadProcessMetrics;
}

/** Writes metrics for Prometheus. */
export interface Metrics {
  /** Returns the families that `expose()` writes, with their present values. */
  families(): Promise<readonly Family[]>;
  /** Returns the answer to `/metrics`. */
  expose(request: ScrapeRequest): Promise<Exposition>;
  /** Returns the answer to `/probe`: the metrics of one credential and its probe, without those of the process. */
  exposeProbe(request: ScrapeRequest, report: ProbeReport): Promise<Exposition>;
}

/** Contains the cached section of the credentials and the version of its states. */
interface CachedSection {
  readonly section: CredentialSection;
  readonly version: number;
}

const NO_NUMBERS: ReadonlyMap<string, number> = new Map();

/** Creates the exposition of all metrics, in the text format or as OpenMetrics, as the scraper prefers. */
export function createMetrics(ports: MetricsPorts): Metrics {
  const gzip = createGzip();
  const writeExporterSection = createExporterSectionWriter();
  let writer = { names: '', write: createSectionWriter(CREDENTIAL_FAMILIES, ports.contain) };
  let cached: CachedSection | undefined;

  /** Returns the section of the credentials. It is written once for each change, not for each scrape. */
  function currentSection(): CredentialSection {
    const names = ports.compatibility().join();
    if (names !== writer.names) {
      const families = [...CREDENTIAL_FAMILIES, ...compatibilityFamilies(ports.compatibility())];
      writer = { names, write: createSectionWriter(families, ports.contain) };
      cached = undefined;
    }
    const now = ports.clock.now();
    const version = ports.version();
    if (cached?.version !== version || !cached.section.holdsAt(now)) {
      cached = { section: writer.write(ports.states(), ports.outlookOf, now), version };
    }
    return cached.section;
  }

  async function answer(
    format: ExpositionFormat,
    acceptEncoding: string | undefined,
    prefix: readonly Buffer[],
    rest: Buffer,
  ): Promise<Exposition> {
    const contentType = CONTENT_TYPES[format];
    if (!acceptsGzip(acceptEncoding)) return { contentType, body: [...prefix, rest] };
    return { contentType, contentEncoding: 'gzip', body: await gzip(prefix, rest) };
  }

  return {
    async families() {
      const processFamilies = await ports.processMetrics();
      const definitions = [...CREDENTIAL_FAMILIES, ...compatibilityFamilies(ports.compatibility())];
      const { states, outlookOf, clock, contain } = ports;
      return [
        ...collectCredentialFamilies(definitions, states(), outlookOf, clock.now(), contain),
        ...collectFamilies(EXPORTER_FAMILIES, readFacts(ports)),
        ...processFamilies,
      ];
    },
    async expose({ accept, acceptEncoding }) {
      const format = negotiateFormat(accept);
      const processFamilies = await ports.processMetrics();
      const rest = writeExporterSection(readFacts(ports), processFamilies, format);
      return answer(format, acceptEncoding, currentSection().in(format), rest);
    },
    async exposeProbe({ accept, acceptEncoding }, report) {
      const format = negotiateFormat(accept);
      const { state } = report;
      const outlook = ports.outlookOf(state.identity.name);
      const snapshot = takeContainedSnapshot(state, outlook, ports.clock.now(), ports.contain);
      const families = [
        ...collectFamilies(PROBE_FAMILIES, report),
        ...collectFamilies(CREDENTIAL_FAMILIES, snapshot),
      ];
      return answer(
        format,
        acceptEncoding,
        [],
        Buffer.from(formatFamilies(families, format) + ENDINGS[format]),
      );
    },
  };
}

function readFacts(ports: MetricsPorts): ExporterFacts {
  return {
    buildInfo: ports.buildInfo,
    reload: ports.reload(),
    isHistoryWritable: ports.isHistoryWritable?.() ?? true,
    receivers: ports.receivers?.() ?? [],
    overduePolls: ports.overduePolls?.() ?? NO_NUMBERS,
    spending: ports.spending?.() ?? NO_SPENDING,
    usagePulls: ports.usagePulls?.() ?? NO_NUMBERS,
    watched: ports.watched?.() ?? NOTHING_WATCHED,
  };
}
