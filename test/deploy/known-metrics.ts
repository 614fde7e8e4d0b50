import { COMPATIBILITY_NAMES } from '../../src/domain/compatibility.ts';
import { compatibilityFamilies } from '../../src/metrics/compatibility-families.ts';
import { CREDENTIAL_FAMILIES } from '../../src/metrics/credential-families.ts';
import { EXPORTER_FAMILIES } from '../../src/metrics/exporter-section.ts';
import { createProcessMetrics } from '../../src/metrics/process-metrics.ts';

/** What Prometheus itself makes. */
const PROMETHEUS_OWN = ['up', 'scrape_duration_seconds', 'ALERTS'];

/** Every metric that a Prometheus which scrapes Headroom has. */
export async function knownMetrics(): Promise<ReadonlySet<string>> {
  const process = await createProcessMetrics({ monotonicMs: () => performance.now() })();
  const families = [
    ...CREDENTIAL_FAMILIES,
    ...EXPORTER_FAMILIES,
    ...compatibilityFamilies(COMPATIBILITY_NAMES),
    ...process,
  ];
  return new Set([...families.map(({ name }) => name), ...PROMETHEUS_OWN]);
}
