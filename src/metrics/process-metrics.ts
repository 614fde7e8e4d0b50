import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Clock } from '../kit/clock.ts';
import { type Family, METRIC_TYPES, type MetricType, type Sample } from './family.ts';

/** Reads the metrics of this process. */
export type ReadProcessMetrics = () => Promise<readonly Family[]>;

/**
 * How long the metrics of the process are cached, in milliseconds (1 s). Reading them takes longer than the rest of a small
 * exposition.
 */
const KEPT_MS = 1_000;
/** Gauges with names of counters, which `promtool check metrics` rejects. Each is the sum of a family that is exposed. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];
/** The minimum of an event-loop histogram without samples: the largest 64-bit integer of nanoseconds, in seconds. */
const NO_MINIMUM_SECONDS = Number(2n ** 63n - 1n) / 1e9;

/**
 * Returns a function that reads the metrics of this process, such as memory, CPU and event loop, from prom-client. Its
 * registry is not used to format them, since prom-client 15 permanently strips `_total` from counter names when it formats
 * OpenMetrics.
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

/** Returns the type of a family. The types of prom-client declare it as a number, but it is a string. */
function toMetricType(type: unknown): MetricType {
  const found = METRIC_TYPES.find((known) => known === type);
  if (found === undefined) throw new TypeError(`Unknown metric type: ${String(type)}`);
  return found;
}

/** Reports whether a value is valid. The statistics of an event-loop histogram without samples are not. */
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

/** Formats the value of a label. In OpenMetrics, and for Prometheus 3 in both formats, bounds and quantiles are `1.0`, not `1`. */
function formatLabel(label: string, value: unknown): string {
  const isBound = label === 'le' || label === 'quantile';
  return isBound && Number.isInteger(value) ? `${value}.0` : String(value);
}
