import type { CacheCounters } from '../domain/spending/cache-leak.ts';

/** A line of the Prometheus text format. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/#comments-help-text-and-type-information */
const SAMPLE = /^([a-zA-Z_:][\w:]*)[ \t]*(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+\S+)?(?:[ \t]+#.*)?$/;
const LABEL = /[ \t]*([a-zA-Z_][\w]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(?:,|$)/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };

/** Parses the samples of the Prometheus text format or OpenMetrics. Comments and lines that are no samples are skipped. */
export function parseMetricSamples(text: string): MetricSample[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name, inBraces = '', written = ''] = SAMPLE.exec(line.trim()) ?? [];
    const labels = parseLabels(inBraces);
    const value = parseValue(written);
    return name === undefined || labels === undefined || value === undefined ? [] : [{ name, labels, value }];
  });
}

function parseLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name = '', value = ''] = LABEL.exec(text) ?? [];
    if (name === '') return text.trim() === '' ? labels : undefined;
    labels[name] = value.replace(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char);
  }
  return labels;
}

function parseValue(text: string): number | undefined {
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** Matches the names of all metrics that are read, in the syntax of PromQL. */
export const CACHE_METRICS =
  '(registry_proxy|harbor_core_http_registry_proxy)_(hits|misses|requests)(_total)?|spegel_mirror_requests_total';

/** Hosts of Docker Hub, as spegel labels them. */
const DOCKER_HUB = /^(?:https?:\/\/)?(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)\/?$/;

/** Prefixes of the metrics of proxies that count hits, misses and requests apart: distribution 3, Harbor. */
const PROXY = /^(?:registry_proxy|harbor_core_http_registry_proxy)_(hits|misses|requests)(?:_total)?$/;

/**
 * Reads how many requests for manifests a cache has counted.
 *
 * Understands the Prometheus metrics of distribution 3 (`registry_proxy_*_total`), Harbor
 * (`harbor_core_http_registry_proxy_*`) and spegel (`spegel_mirror_requests_total`), and the JSON of distribution 2 at
 * `/debug/vars`, which has no such Prometheus metrics. spegel does not tell manifests from layers, so that its misses are an
 * upper bound.
 * @returns undefined if the text has none of them
 */
export function readCacheCounters(text: string): CacheCounters | undefined {
  if (text.trimStart().startsWith('{')) return readDebugVariables(text);
  const counts = { hits: 0, misses: 0, requests: 0 };
  let [isProxy, isMirror] = [false, false];
  for (const { name, labels, value } of parseMetricSamples(text)) {
    if (!Number.isFinite(value) || value < 0) continue;
    const [, kind] = PROXY.exec(name) ?? [];
    if (kind) {
      isProxy = true;
      if ((labels.type ?? 'manifest') === 'manifest') counts[kind as keyof typeof counts] += value;
    } else if (name === 'spegel_mirror_requests_total' && DOCKER_HUB.test(labels.registry ?? 'docker.io')) {
      isMirror = true;
      const result = labels.cache ?? labels.cache_type;
      counts.requests += value;
      if (result === 'miss') counts.misses += value;
    }
  }
  if (!isProxy && !isMirror) return undefined;
  // Harbor states no requests.
  return { requests: counts.requests || counts.hits + counts.misses, misses: counts.misses };
}

function readDebugVariables(text: string): CacheCounters | undefined {
  try {
    const { Requests: requests, Misses: misses } = JSON.parse(text).registry.proxy.manifests;
    return Number.isFinite(requests) && Number.isFinite(misses) ? { requests, misses } : undefined;
  } catch {
    return undefined;
  }
}
