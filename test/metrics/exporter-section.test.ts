import { describe, expect, test } from 'vitest';
import { NO_SPENDING } from '../../src/domain/spending/spending-facts.ts';
import { NOTHING_WATCHED } from '../../src/domain/spending/watched-spending.ts';
import type { ExporterFacts } from '../../src/metrics/exporter-section.ts';
import { createExporterSectionWriter } from '../../src/metrics/exporter-section.ts';
import { PROCESS_FAMILIES } from './exposer.ts';

const RECEIVER = {
  name: 'platform',
  queued: 1,
  sent: 5,
  failed: 2,
  lastSentAt: undefined,
  lastError: undefined,
};
const FACTS: ExporterFacts = {
  buildInfo: { version: '1.2.3', revision: 'abc1234', nodeVersion: '24.1.0' },
  reload: { successful: true, lastSuccessAt: 1_795_435_200_000 },
  overduePolls: new Map([['ci', 0]]),
  spending: NO_SPENDING,
  usagePulls: new Map([['shop', 7]]),
  watched: NOTHING_WATCHED,
  isHistoryWritable: true,
  receivers: [RECEIVER, { ...RECEIVER, name: 'new', queued: 0, sent: 0, failed: 0 }],
};

describe('createExporterSectionWriter()', () => {
  test('createExporterSectionWriter() writes Headroom, its process, and the end', () => {
    const section = createExporterSectionWriter()(FACTS, [], 'openmetrics').toString();
    expect(section).toContain(
      'dockerhub_exporter_build_info{version="1.2.3",revision="abc1234",nodeversion="24.1.0"} 1\n',
    );
    expect(section).toContain('dockerhub_exporter_config_last_reload_success_timestamp_seconds 1795435200\n');
    expect(section.endsWith('# EOF\n')).toBe(true);
  });

  test('createExporterSectionWriter() counts from 0 for every receiver', () => {
    const section = createExporterSectionWriter()(FACTS, [], 'text').toString();
    expect(section).toContain('dockerhub_exporter_notifications_total{receiver="platform"} 7\n');
    expect(section).toContain('dockerhub_exporter_notifications_failed_total{receiver="platform"} 2\n');
    expect(section).toContain('dockerhub_exporter_notifications_queued{receiver="platform"} 1\n');
    expect(section).toContain('dockerhub_exporter_notifications_total{receiver="new"} 0\n');
    expect(section).toContain('dockerhub_exporter_notifications_failed_total{receiver="new"} 0\n');
  });

  test('createExporterSectionWriter() returns the same buffer for the same facts', () => {
    const write = createExporterSectionWriter();
    const text = write(FACTS, PROCESS_FAMILIES, 'text');
    const openmetrics = write(FACTS, PROCESS_FAMILIES, 'openmetrics');
    const equalFacts = {
      ...FACTS,
      reload: { ...FACTS.reload },
      receivers: FACTS.receivers.map((receiver) => ({ ...receiver, lastSentAt: 1 })),
    };

    expect(write(equalFacts, PROCESS_FAMILIES, 'text')).toBe(text);
    expect(write(equalFacts, PROCESS_FAMILIES, 'openmetrics')).toBe(openmetrics);
  });

  test.each([
    { what: 'a failed reload', facts: { ...FACTS, reload: { ...FACTS.reload, successful: false } } },
    { what: 'a new configuration', facts: { ...FACTS, reload: { ...FACTS.reload, lastSuccessAt: 1 } } },
    { what: 'a message that was sent', facts: { ...FACTS, receivers: [{ ...RECEIVER, sent: 6 }] } },
    { what: 'pulls of a team', facts: { ...FACTS, usagePulls: new Map([['shop', 8]]) } },
    { what: 'a credential that was overdue', facts: { ...FACTS, overduePolls: new Map([['ci', 1]]) } },
    { what: 'a receiver that is gone', facts: { ...FACTS, receivers: [] } },
    { what: 'a full disk', facts: { ...FACTS, isHistoryWritable: false } },
    { what: 'another build', facts: { ...FACTS, buildInfo: { ...FACTS.buildInfo, version: '2.0.0' } } },
  ])('createExporterSectionWriter() notices $what', ({ facts }) => {
    const write = createExporterSectionWriter();
    const before = write(FACTS, PROCESS_FAMILIES, 'text').toString();
    expect(write(facts, PROCESS_FAMILIES, 'text').toString()).not.toBe(before);
  });

  test('createExporterSectionWriter() detects new metrics of the process', () => {
    const write = createExporterSectionWriter();
    const before = write(FACTS, PROCESS_FAMILIES, 'text').toString();
    expect(write(FACTS, [], 'text').toString()).not.toBe(before);
  });
});
