import type { ReceiverHealth } from '../domain/alerts/delivery/notification.ts';
import type { CompatibilityName } from '../domain/compatibility.ts';
import { takeContainedSnapshot } from '../domain/credential-snapshot.ts';
import type { CredentialState } from '../domain/credential-state.ts';
import type { Clock } from '../kit/clock.ts';
import type { Containment } from '../kit/contain.ts';
import { compatibilityFamilies } from './compatibility-families.ts';
import { CREDENTIAL_FAMILIES, PROBE_FAMILIES, type ProbeFacts } from './credential-families.ts';
import { type CredentialSection, createSectionWriter, type OutlookOf } from './credential-section.ts';
import type { BuildInfo, ReloadState } from './exporter-section.ts';
import { createExporterSectionWriter } from './exporter-section.ts';
import { CONTENT_TYPES, ENDINGS, type ExpositionFormat, formatFamilies } from './exposition-format.ts';
import { collectFamilies } from './family.ts';
import { createGzip } from './gzip.ts';
import { acceptsGzip, negotiateFormat } from './negotiation.ts';
import type { ReadProcessMetrics } from './process-metrics.ts';

/** What a scraper says it understands. */
export interface ScrapeRequest {
  readonly accept: string | undefined;
  readonly acceptEncoding: string | undefined;
}

/** An answer to a scrape. It depends on `Accept` and `Accept-Encoding`: a cache must be told so by `Vary`. */
export interface Exposition {
  readonly contentType: string;
  readonly contentEncoding?: 'gzip';
  /** To be sent one after the other. */
  readonly body: readonly Buffer[];
}

/** What `/probe?credential=` shows: how the probe went, and what is known of the credential after it. */
export interface ProbeReport extends ProbeFacts {
  readonly state: CredentialState;
}

/** What metrics are made of, each asked for at the scrape: nothing is pushed into long-lived gauges. */
export interface MetricsPorts {
  /** In the order in which credentials are listed. */
  readonly states: () => readonly CredentialState[];
  readonly outlookOf: OutlookOf;
  /** Another number whenever `states` or `outlookOf` gives something else. */
  readonly version: () => number;
  readonly clock: Pick<Clock, 'now'>;
  readonly buildInfo: BuildInfo;
  readonly reload: () => ReloadState;
  /** Whether the file of the history can be written; true unless given. */
  readonly isHistoryWritable?: () => boolean;
  /** How messages to receivers of alerts went, a row for each configured one; none unless given. */
  readonly receivers?: () => readonly ReceiverHealth[];
  /** How often each credential had to be polled because it was overdue; none unless given. */
  readonly overduePolls?: () => ReadonlyMap<string, number>;
  /** Keeps one broken credential from breaking the exposition; without a report unless given. */
  readonly contain?: Containment;
  /** Whose metric names are emitted too. */
  readonly compatibility: () => readonly CompatibilityName[];
  readonly processMetrics: ReadProcessMetrics;
}

/** Writes metrics for Prometheus. */
export interface Metrics {
  /** The answer to `/metrics`. */
  expose(request: ScrapeRequest): Promise<Exposition>;
  /** The answer to `/probe`: one credential, without the process. */
  exposeProbe(request: ScrapeRequest, report: ProbeReport): Promise<Exposition>;
}

/** What the credentials' section was made from; it is made anew when one of them is another. */
interface Made {
  readonly section: CredentialSection;
  readonly version: number;
}

const NO_OVERDUE_POLLS: ReadonlyMap<string, number> = new Map();

/** Exposes states as metrics, in the text format or as OpenMetrics, as the scraper prefers. */
export function createMetrics(ports: MetricsPorts): Metrics {
  const gzip = createGzip();
  const writeExporterSection = createExporterSectionWriter();
  let writer = { names: '', write: createSectionWriter(CREDENTIAL_FAMILIES, ports.contain) };
  let made: Made | undefined;

  /** The credentials' part is made once for each change, however often it is scraped. */
  function currentSection(): CredentialSection {
    const names = ports.compatibility().join();
    if (names !== writer.names) {
      const families = [...CREDENTIAL_FAMILIES, ...compatibilityFamilies(ports.compatibility())];
      writer = { names, write: createSectionWriter(families, ports.contain) };
      made = undefined;
    }
    const now = ports.clock.now();
    const version = ports.version();
    if (made?.version !== version || !made.section.holdsAt(now)) {
      made = { section: writer.write(ports.states(), ports.outlookOf, now), version };
    }
    return made.section;
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
    async expose({ accept, acceptEncoding }) {
      const format = negotiateFormat(accept);
      const processFamilies = await ports.processMetrics();
      const facts = {
        buildInfo: ports.buildInfo,
        reload: ports.reload(),
        isHistoryWritable: ports.isHistoryWritable?.() ?? true,
        receivers: ports.receivers?.() ?? [],
        overduePolls: ports.overduePolls?.() ?? NO_OVERDUE_POLLS,
      };
      const rest = writeExporterSection(facts, processFamilies, format);
      return answer(format, acceptEncoding, currentSection().in(format), rest);
    },
    async exposeProbe({ accept, acceptEncoding }, report) {
      const format = negotiateFormat(accept);
      const { state } = report;
      const outlook = ports.outlookOf(state.identity.name);
      const view = takeContainedSnapshot(state, outlook, ports.clock.now(), ports.contain);
      const families = [
        ...collectFamilies(PROBE_FAMILIES, report),
        ...collectFamilies(CREDENTIAL_FAMILIES, view),
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
