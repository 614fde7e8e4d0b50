import type { ReceiverHealth } from '../domain/alerts/delivery/notification.ts';
import { EXPORTER_FAMILIES, type ExporterFacts } from './exporter-families.ts';
import { ENDINGS, type ExpositionFormat, formatFamilies } from './exposition-format.ts';
import { collectFamilies, type Family } from './family.ts';

/** Writes the part of the exposition that speaks of Headroom and its process, and ends it. */
export type WriteExporterSection = (
  facts: ExporterFacts,
  processFamilies: readonly Family[],
  format: ExpositionFormat,
) => Buffer;

/** What a section was written from. */
interface Written {
  readonly facts: ExporterFacts;
  readonly processFamilies: readonly Family[];
  readonly sections: Map<ExpositionFormat, Buffer>;
}

/** Makes sections, the same buffer again as long as what it says is the same: it need not be compressed again then. */
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
