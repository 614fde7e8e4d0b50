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
  'registry_proxy_(misses|requests)_total|harbor_core_http_registry_proxy_(upstream_)?requests_total|spegel_mirror_requests_total';

/** Hosts of Docker Hub, as spegel labels them. */
const DOCKER_HUB = /^(?:https?:\/\/)?(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)\/?$/;

/** Returns whether a sample counts requests, misses, or requests that may be misses; undefined for another one. */
function kindOf({ name, labels }: MetricSample): 'requests' | 'misses' | 'both' | undefined {
  switch (name) {
    case 'registry_proxy_requests_total':
      return labels.type === 'manifest' ? 'requests' : undefined;
    case 'registry_proxy_misses_total':
      return labels.type === 'manifest' ? 'misses' : undefined;
    case 'harbor_core_http_registry_proxy_requests_total':
      return labels.method === 'GET' ? 'requests' : undefined;
    case 'harbor_core_http_registry_proxy_upstream_requests_total':
      return labels.method === 'GET' ? 'misses' : undefined;
    case 'spegel_mirror_requests_total':
      if (!DOCKER_HUB.test(labels.registry ?? 'docker.io')) return undefined;
      return (labels.cache ?? labels.cache_type) === 'miss' ? 'both' : 'requests';
    default:
      return undefined;
  }
}

const READ = new RegExp(`^(?:${CACHE_METRICS})$`);

/**
 * Reads how many requests for manifests a cache has counted.
 *
 * Understands the Prometheus metrics of distribution 3 (`registry_proxy_*_total`), Harbor
 * (`harbor_core_http_registry_proxy_*requests_total`) and spegel (`spegel_mirror_requests_total`), and the JSON of
 * distribution 2 at `/debug/vars`, which has no such Prometheus metrics. Harbor and spegel do not tell manifests from
 * layers, so that their misses are an upper bound. `HEAD` is free and is not counted where it is told apart.
 * @returns undefined if the text has none of them
 */
export function readCacheCounters(text: string): CacheCounters | undefined {
  if (text.trimStart().startsWith('{')) return readDebugVariables(text);
  const samples = parseMetricSamples(text).filter(({ name }) => READ.test(name));
  if (samples.length === 0) return undefined;
  let [requests, misses] = [0, 0];
  for (const sample of samples) {
    const kind = kindOf(sample);
    if (!kind || !Number.isFinite(sample.value) || sample.value < 0) continue;
    if (kind !== 'misses') requests += sample.value;
    if (kind !== 'requests') misses += sample.value;
  }
  return { requests, misses };
}

function readDebugVariables(text: string): CacheCounters | undefined {
  try {
    const { Requests: requests, Misses: misses } = JSON.parse(text).registry.proxy.manifests;
    return Number.isFinite(requests) && Number.isFinite(misses) ? { requests, misses } : undefined;
  } catch {
    return undefined;
  }
}
