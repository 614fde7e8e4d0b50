import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request of an OTLP exporter. What is read of its body is there with JSON without compression only. */
export interface OtlpRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The values by `name{label="value",…}` with sorted labels, a histogram as the series of Prometheus. */
  readonly series: ReadonlyMap<string, number>;
  /** The kind of each metric. */
  readonly types: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string>>;
  readonly scope: object | undefined;
  /** The times of all values, in nanoseconds. */
  readonly times: ReadonlySet<string>;
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

interface Point {
  readonly attributes: readonly Attribute[];
  readonly timeUnixNano: string;
  readonly asDouble?: number;
  readonly bucketCounts?: readonly number[];
  readonly explicitBounds?: readonly number[];
  readonly sum?: number;
  readonly count?: number;
}

interface Metric {
  readonly name: string;
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly sum?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
}

interface Body {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeMetrics: readonly { readonly scope: object; readonly metrics: readonly Metric[] }[];
  }[];
}

/** Starts a receiver of OTLP on loopback. `reply` may be changed. */
export async function startOtlpReceiver(first: Partial<Reply> = {}) {
  const requests: OtlpRequest[] = [];
  const waiting: { readonly count: number; readonly done: () => void }[] = [];
  const receiver = {
    url: new URL('http://127.0.0.1'),
    requests: requests as readonly OtlpRequest[],
    reply: { status: 200, body: '{}', ...first } as Reply,
    /** Resolves once this number of requests has arrived. */
    received(count: number): Promise<void> {
      if (requests.length >= count) return Promise.resolve();
      return new Promise((done) => waiting.push({ count, done }));
    },
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray().catch(() => []);
    const body = Buffer.concat(chunks);
    requests.push(readRequest(request.url ?? '', request.headers, body));
    response.writeHead(receiver.reply.status, receiver.reply.headers).end(receiver.reply.body);
    for (const { count, done } of waiting) if (requests.length >= count) done();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`);
  return receiver;
}

function readRequest(path: string, headers: IncomingHttpHeaders, body: Buffer): OtlpRequest {
  const isPlain = headers['content-type'] === 'application/json' && headers['content-encoding'] === undefined;
  const parsed: Body = isPlain ? JSON.parse(body.toString()) : { resourceMetrics: [] };
  const [all] = parsed.resourceMetrics;
  // The first scope is that of the SDK itself, if it has metrics.
  const scopes = all?.scopeMetrics ?? [];
  const metrics = scopes.flatMap((scope) => scope.metrics);
  const points = metrics.flatMap((metric) => pointsOf(metric).map((point) => ({ metric, point })));
  return {
    path,
    headers,
    body,
    series: new Map(points.flatMap(({ metric, point }) => seriesOf(metric, point))),
    types: Object.fromEntries(
      metrics.map((metric) => [metric.name, metric.sum ? 'sum' : metric.histogram ? 'histogram' : 'gauge']),
    ),
    resource: Object.fromEntries(
      (all?.resource.attributes ?? []).map(({ key, value }) => [key, value.stringValue]),
    ),
    scope: scopes[0]?.scope,
    times: new Set(points.map(({ point }) => point.timeUnixNano)),
  };
}

function pointsOf({ gauge, sum, histogram }: Metric): readonly Point[] {
  return (gauge ?? sum ?? histogram)?.dataPoints ?? [];
}

function seriesOf({ name }: Metric, point: Point): [string, number][] {
  const labels = point.attributes.map(({ key, value }): [string, string] => [key, value.stringValue]);
  const { bucketCounts, explicitBounds = [], sum = 0, count = 0, asDouble = 0 } = point;
  if (!bucketCounts) return [[keyOf(name, labels), asDouble]];
  let total = 0;
  const buckets = bucketCounts.map((own, i): [string, number] => {
    total += Number(own);
    const bound = explicitBounds[i];
    const le = bound === undefined ? '+Inf' : Number.isInteger(bound) ? `${bound}.0` : String(bound);
    return [keyOf(`${name}_bucket`, [...labels, ['le', le]]), total];
  });
  return [...buckets, [keyOf(`${name}_sum`, labels), sum], [keyOf(`${name}_count`, labels), Number(count)]];
}

function keyOf(name: string, labels: readonly (readonly [string, string])[]): string {
  const escaped = (text: string) => text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
  return `${name}{${labels
    .map(([label, value]) => `${label}="${escaped(value)}"`)
    .sort()
    .join()}}`;
}
