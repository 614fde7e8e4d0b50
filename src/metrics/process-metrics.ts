import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Clock } from '../kit/clock.ts';
import { type Family, METRIC_TYPES, type MetricType, type Sample } from './family.ts';

/** Reads the metrics of this process. */
export type ReadProcessMetrics = () => Promise<readonly Family[]>;

/**
 * How long the metrics of the process are kept, in milliseconds (1 s). Reading them takes longer than all the rest of
 * a small exposition, and nobody scrapes the same process more often for its memory.
 */
const KEPT_MS = 1_000;
/** Gauges named like counters, which `promtool check metrics` rejects; each is the sum of a family that stays. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];
/** What an event-loop histogram without a sample says: the largest 64-bit integer, in nanoseconds. */
const NO_MINIMUM_SECONDS = Number(2n ** 63n - 1n) / 1e9;

/**
 * The metrics of this process, such as memory, CPU and event loop, as prom-client collects them. Its registry is only
 * read, never rendered: rendering OpenMetrics in prom-client 15 strips `_total` from counter names for good.
 */
export function createProcessMetrics(clock: Pick<Clock, 'monotonicMs'>): ReadProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);

  let kept: { readonly families: Promise<readonly Family[]>; readonly at: number } | undefined;
  return () => {
    const at = clock.monotonicMs();
    if (kept === undefined || at - kept.at >= KEPT_MS) kept = { families: readFamilies(registry), at };
    return kept.families;
  };
}

async function readFamilies(registry: Registry): Promise<readonly Family[]> {
  const metrics = await registry.getMetricsAsJSON();
  return metrics.map(({ name, help, type, values }) => ({
    name,
    help,
    type: toMetricType(type),
    samples: values.filter(({ value }) => isKnown(value)).map(toSample),
  }));
}

/** prom-client's own types call it a number; it is a word. */
function toMetricType(type: unknown): MetricType {
  const found = METRIC_TYPES.find((known) => known === type);
  if (found === undefined) throw new TypeError(`Unknown metric type: ${String(type)}`);
  return found;
}

/** Whether a value says something: the statistics of an event-loop histogram without a sample do not. */
function isKnown(value: number): boolean {
  return !Number.isNaN(value) && value !== NO_MINIMUM_SECONDS;
}

function toSample(measured: { value: number; labels: object; metricName?: string }): Sample {
  const labels = Object.fromEntries(
    Object.entries(measured.labels).map(([label, value]) => [label, formatLabel(label, value)]),
  );
  const { value, metricName } = measured;
  return metricName === undefined ? { labels, value } : { name: metricName, labels, value };
}

/** OpenMetrics, and Prometheus 3 in both formats, know the bounds of buckets and quantiles as `1.0`, not `1`. */
function formatLabel(label: string, value: unknown): string {
  const isBound = label === 'le' || label === 'quantile';
  return isBound && Number.isInteger(value) ? `${value}.0` : String(value);
}
