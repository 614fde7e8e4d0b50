import { describe, expect, test } from 'vitest';
import type { ExporterFacts } from '../../src/metrics/exporter-families.ts';
import { createExporterSectionWriter } from '../../src/metrics/exporter-section.ts';
import { PROCESS_FAMILIES } from './exposer.ts';

const FACTS: ExporterFacts = {
  buildInfo: { version: '1.2.3', revision: 'abc1234', nodeVersion: '24.1.0' },
  reload: { successful: true, lastSuccessAt: 1_795_435_200_000 },
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

  test('createExporterSectionWriter() gives the same buffer for the same facts', () => {
    const write = createExporterSectionWriter();
    const text = write(FACTS, PROCESS_FAMILIES, 'text');
    const openmetrics = write(FACTS, PROCESS_FAMILIES, 'openmetrics');
    const equalFacts = { ...FACTS, reload: { ...FACTS.reload } };

    expect(write(equalFacts, PROCESS_FAMILIES, 'text')).toBe(text);
    expect(write(equalFacts, PROCESS_FAMILIES, 'openmetrics')).toBe(openmetrics);
  });

  test.each([
    { what: 'a failed reload', facts: { ...FACTS, reload: { ...FACTS.reload, successful: false } } },
    { what: 'a new configuration', facts: { ...FACTS, reload: { ...FACTS.reload, lastSuccessAt: 1 } } },
    { what: 'another build', facts: { ...FACTS, buildInfo: { ...FACTS.buildInfo, version: '2.0.0' } } },
  ])('createExporterSectionWriter() notices $what', ({ facts }) => {
    const write = createExporterSectionWriter();
    const before = write(FACTS, PROCESS_FAMILIES, 'text').toString();
    expect(write(facts, PROCESS_FAMILIES, 'text').toString()).not.toBe(before);
  });

  test('createExporterSectionWriter() notices new metrics of the process', () => {
    const write = createExporterSectionWriter();
    const before = write(FACTS, PROCESS_FAMILIES, 'text').toString();
    expect(write(FACTS, [], 'text').toString()).not.toBe(before);
  });
});
