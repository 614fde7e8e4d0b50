import type { OtlpConfig } from './config/config.ts';
import type { Clock } from './kit/clock.ts';
import { createHttpClient } from './kit/http/http-client.ts';
import { readProxyRules } from './kit/http/proxy-rules.ts';
import { createTrustReader } from './kit/http/trust.ts';
import type { Log } from './kit/log.ts';
import type { BuildInfo } from './metrics/exporter-section.ts';
import type { Metrics } from './metrics/metrics.ts';

/** The dependencies of the push of metrics. */
interface MetricsPushPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly build: BuildInfo;
  readonly clock: Clock;
  readonly log: Log;
}

/** The longest time that the last push may take when Headroom stops, in milliseconds (1 s). */
const LAST_PUSH_MS = 1_000;

/**
 * Starts to push metrics by OTLP, if that is configured. The SDK of OpenTelemetry is loaded only then.
 * @returns a function that pushes a last time, for at most a second, and stops
 */
export async function pushMetrics(
  config: OtlpConfig | undefined,
  metrics: Pick<Metrics, 'families'>,
  { env, build, clock, log }: MetricsPushPorts,
): Promise<() => Promise<void>> {
  if (!config) return async () => undefined;
  const { startMetricsPush } = await import('./metrics/otlp/metrics-push.ts');
  const { url, protocol, intervalMs, caFile } = config;
  const client = createHttpClient({
    proxyFor: readProxyRules(env),
    userAgent: `headroom/${build.version}`,
    connections: 1,
  });
  const readTrust = createTrustReader(caFile, env.NODE_EXTRA_CA_CERTS);
  const { version } = build;
  const push = startMetricsPush(config, {
    families: () => metrics.families(),
    version,
    client,
    readTrust,
    clock,
    log,
  });
  log.info('Metrics are pushed by OTLP', { url: url.href, protocol, intervalSeconds: intervalMs / 1_000 });
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_PUSH_MS);
    });
    await Promise.race([push.stop(), limit]);
    clearTimeout(timer);
    await client.close();
  };
}
