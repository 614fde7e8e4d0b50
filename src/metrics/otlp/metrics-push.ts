import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Clock } from '../../kit/clock.ts';
import { startDeadline } from '../../kit/deadline.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { HttpClient } from '../../kit/http/http-client.ts';
import { describeFault } from '../../kit/http/network-fault.ts';
import type { ReadTrust } from '../../kit/http/trust.ts';
import type { Log } from '../../kit/log.ts';
import type { OtlpTarget } from '../../kit/otlp-target.ts';
import type { Family } from '../family.ts';
import { toMetricData } from './metric-data.ts';

/** The dependencies of a push. */
export interface MetricsPushPorts {
  /** Returns the families that `/metrics` exposes, with their present values. */
  readonly families: () => Promise<readonly Family[]>;
  readonly version: string;
  readonly client: Pick<HttpClient, 'send'>;
  readonly readTrust: ReadTrust;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** A running push of metrics by OTLP. */
export interface MetricsPush {
  /** Pushes the present values. Never rejects: failures are logged. */
  flush(): Promise<void>;
  /** Pushes a last time and stops. Never rejects. */
  stop(): Promise<void>;
}

const NEVER = new AbortController().signal;
/** The longest response that is read, in bytes. */
const MAX_BODY_BYTES = 65_536;
/** The status of an export in OpenTelemetry (`ExportResultCode`). */
const RESULT = { success: 0, failed: 1 } as const;

/** Starts to push metrics at an interval, by the SDK of OpenTelemetry. The first push follows after one interval. */
export function startMetricsPush(target: OtlpTarget, ports: MetricsPushPorts): MetricsPush {
  const startedAt = ports.clock.now();
  const resource = resourceFromAttributes(target.attributes);
  const scope = { name: 'headroom', version: ports.version };
  const reader = new PeriodicExportingMetricReader({
    exporter: createExporter(target, ports),
    exportIntervalMillis: target.intervalMs,
    exportTimeoutMillis: Math.min(target.timeoutMs, target.intervalMs),
    metricProducers: [
      {
        async collect() {
          const metrics = toMetricData(await ports.families(), { startedAt, now: ports.clock.now() });
          return { resourceMetrics: { resource, scopeMetrics: [{ scope, metrics }] }, errors: [] };
        },
      },
    ],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return {
    flush: () => reader.forceFlush().catch(() => undefined),
    stop: () => provider.shutdown().catch(() => undefined),
  };
}

/** Creates an exporter that sends by the HTTP client of Headroom, so that proxies and certificates apply as everywhere. */
function createExporter(target: OtlpTarget, ports: MetricsPushPorts): PushMetricExporter {
  const report = createReporter(target.url, ports.log);
  return {
    export(metrics, done) {
      send(metrics, target, ports).then(
        () => {
          report(undefined);
          done({ code: RESULT.success });
        },
        (error) => {
          const reason =
            error instanceof PushRejected ? error.message : describeFault(error, target.url.host);
          report(reason);
          done({ code: RESULT.failed });
        },
      );
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

/** Logs the first failure, each change of the reason, and the end of failures. Undefined stands for a success. */
function createReporter({ origin, pathname }: URL, log: Log): (reason: string | undefined) => void {
  const url = `${origin}${pathname}`;
  let last: string | undefined;
  return (reason) => {
    if (reason !== undefined && reason !== last) {
      log.warn('Metrics cannot be pushed by OTLP; the next attempt follows', { url, reason });
    }
    if (reason === undefined && last !== undefined) log.info('Metrics are pushed by OTLP again', { url });
    last = reason;
  };
}

/** The receiver rejected metrics. The message is for the log. */
class PushRejected extends Error {
  override readonly name = 'PushRejected';
}

/**
 * Sends metrics once. A failed push is not repeated: the next one has newer values.
 * @throws PushRejected if the receiver rejects all or some of them
 * @throws Error of the HTTP client
 */
async function send(
  metrics: ResourceMetrics,
  { url, protocol, headers, isCompressed, timeoutMs }: OtlpTarget,
  { client, readTrust }: MetricsPushPorts,
): Promise<void> {
  const isJson = protocol === 'http/json';
  const bytes = (isJson ? JsonMetricsSerializer : ProtobufMetricsSerializer).serializeRequest(metrics);
  if (!bytes) throw new PushRejected('the metrics cannot be serialized');
  const revealed = Object.entries(headers).map(([name, value]) => [name, value.reveal()]);
  const deadline = startDeadline(timeoutMs, NEVER);
  try {
    const { status, body } = await client.send({
      method: 'POST',
      url,
      trust: await readTrust(),
      signal: deadline.signal,
      maxBodyBytes: MAX_BODY_BYTES,
      headers: {
        ...Object.fromEntries(revealed),
        'content-type': isJson ? 'application/json' : 'application/x-protobuf',
        ...(isCompressed && { 'content-encoding': 'gzip' }),
      },
      body: isCompressed ? await promisify(gzip)(bytes) : bytes,
    });
    const reason = quoteForeign(body);
    if (status < 200 || status > 299) throw new PushRejected(`status ${status}${reason && `: ${reason}`}`);
    if (hasComplaint(body, isJson)) throw new PushRejected(`accepted in part: ${reason}`);
  } finally {
    deadline.clear();
  }
}

/** Reports whether the body of a success has a message, `ExportMetricsPartialSuccess.error_message`. It is usually empty. */
function hasComplaint(body: string, isJson: boolean): boolean {
  if (!isJson) return /\p{L}{3}/u.test(body);
  try {
    const { partialSuccess } = JSON.parse(body) as { partialSuccess?: { errorMessage?: unknown } };
    return Boolean(partialSuccess?.errorMessage);
  } catch {
    return false;
  }
}
