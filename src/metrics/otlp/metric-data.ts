import { type HrTime, ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type HistogramMetricData,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { boundLabelValue } from '../exposition-format.ts';
import type { Family, Sample } from '../family.ts';

/** The time span of cumulative values. */
export interface DataSpan {
  /** The start of the process, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** The time of the values, in milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Converts the families of `/metrics` to metrics of OpenTelemetry, with the same names, labels and values: a counter to a monotonic
 * sum, a histogram to a histogram, everything else to a gauge. Families without samples are omitted.
 */
export function toMetricData(families: readonly Family[], span: DataSpan): MetricData[] {
  return families.filter(({ samples }) => samples.length > 0).flatMap((family) => convert(family, span));
}

function convert(family: Family, span: DataSpan): MetricData[] {
  const { name, help, type, samples } = family;
  switch (type) {
    case 'counter':
      return [
        {
          ...headOf(name, help),
          dataPointType: DataPointType.SUM,
          isMonotonic: true,
          dataPoints: samples.map((sample) => toPoint(sample.labels, sample.value, span)),
        },
      ];
    case 'histogram':
      return [toHistogram(family, span)];
    case 'gauge':
    case 'summary':
      // The SDK has no summaries. Each of their series is a gauge with its own name.
      return [...groupBy(samples, (sample) => sample.name ?? name)].map(([ownName, own]) => ({
        ...headOf(ownName, help),
        dataPointType: DataPointType.GAUGE,
        dataPoints: own.map(({ labels, value }) => toPoint(labels, value, span)),
      }));
  }
}

function headOf(name: string, description: string) {
  return {
    // Without a unit: the names contain it, and receivers would append it again.
    descriptor: { name, description, unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
}

function toPoint<T>(labels: Sample['labels'], value: T, { startedAt, now }: DataSpan): DataPoint<T> {
  const attributes = Object.fromEntries(
    Object.entries(labels).map(([label, text]) => [label, boundLabelValue(text)]),
  );
  return { startTime: toHrTime(startedAt), endTime: toHrTime(now), attributes, value };
}

/** Converts milliseconds since the epoch to seconds and nanoseconds. */
function toHrTime(at: number): HrTime {
  const seconds = Math.floor(at / 1_000);
  return [seconds, Math.round((at - seconds * 1_000) * 1e6)];
}

/** Joins the `_bucket`, `_sum` and `_count` samples of each series. */
function toHistogram({ name, help, samples }: Family, span: DataSpan): HistogramMetricData {
  const series = groupBy(samples, ({ labels: { le: _, ...labels } }) =>
    JSON.stringify(Object.entries(labels).sort()),
  );
  return {
    ...headOf(name, help),
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: [...series.values()].map((own) => {
      const { le: _, ...labels } = own[0]?.labels ?? {};
      return toPoint(labels, toHistogramValue(name, own), span);
    }),
  };
}

function toHistogramValue(name: string, samples: readonly Sample[]): Histogram {
  const numberOf = (suffix: string) =>
    samples.find((sample) => sample.name === `${name}_${suffix}`)?.value ?? 0;
  const upTo = samples
    .filter(({ labels, name: own }) => own === `${name}_bucket` && labels.le !== '+Inf')
    .map(({ labels, value }) => ({ bound: Number(labels.le), value }))
    .sort((a, b) => a.bound - b.bound);
  // The counts of Prometheus include the lower buckets; those of OpenTelemetry do not.
  const cumulative = [...upTo.map(({ value }) => value), numberOf('count')];
  return {
    buckets: {
      boundaries: upTo.map(({ bound }) => bound),
      counts: cumulative.map((count, i) => count - (cumulative[i - 1] ?? 0)),
    },
    sum: numberOf('sum'),
    count: numberOf('count'),
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
