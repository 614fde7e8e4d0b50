import { describe, expect, test } from 'vitest';
import { parseMetricSamples, readCacheCounters } from '../../src/spending/cache-counters.ts';

describe('parseMetricSamples()', () => {
  // One line, and what it means; undefined for a line without a sample.
  test.each([
    ['up 1', { name: 'up', labels: {}, value: 1 }],
    ['up{} 1', { name: 'up', labels: {}, value: 1 }],
    ['a_total{x="1",y="2"} 3', { name: 'a_total', labels: { x: '1', y: '2' }, value: 3 }],
    ['a_total{x="1",} 3 1700000000000', { name: 'a_total', labels: { x: '1' }, value: 3 }],
    ['a_total { x = "1" , y="2" }   3e2', { name: 'a_total', labels: { x: '1', y: '2' }, value: 300 }],
    [
      String.raw`a{x="back\\slash \"quoted\" }{ line\nbreak,"} 0.5`,
      { name: 'a', labels: { x: 'back\\slash "quoted" }{ line\nbreak,' }, value: 0.5 },
    ],
    ['a:b -1.5', { name: 'a:b', labels: {}, value: -1.5 }],
    ['a +Inf', { name: 'a', labels: {}, value: Number.POSITIVE_INFINITY }],
    ['a_total 5 # {trace="x"} 1', { name: 'a_total', labels: {}, value: 5 }],
    ['# TYPE a counter', undefined],
    ['# EOF', undefined],
    ['', undefined],
    ['a{x=1} 2', undefined],
    ['a{x="1" 2', undefined],
    ['a NaN', undefined],
    ['a', undefined],
    ['1a 2', undefined],
    ['<html lang="en"> 1', undefined],
  ])('%s', (line, sample) => {
    expect(parseMetricSamples(`${line}\r\n`)).toEqual(sample ? [sample] : []);
  });
});

const DISTRIBUTION_3 = `# HELP registry_proxy_hits_total The number of total proxy request hits
# TYPE registry_proxy_hits_total counter
registry_proxy_hits_total{type="blob"} 50
registry_proxy_hits_total{type="manifest"} 12
registry_proxy_misses_total{type="blob"} 9
registry_proxy_misses_total{type="manifest"} 4
registry_proxy_pulled_bytes_total{type="manifest"} 4000
registry_proxy_requests_total{type="blob"} 59
registry_proxy_requests_total{type="manifest"} 16
`;
/** Of Harbor 2.16: layers and manifests together, by project and method. */
const HARBOR = `harbor_core_http_registry_proxy_requests_total{method="GET",project="hub"} 10
harbor_core_http_registry_proxy_requests_total{method="HEAD",project="hub"} 70
harbor_core_http_registry_proxy_upstream_requests_total{method="GET",project="hub"} 3
harbor_core_http_registry_proxy_upstream_requests_total{method="HEAD",project="hub"} 20
harbor_core_http_request_total{code="200",method="GET",operation="GetManifest"} 900
`;
const SPEGEL = `spegel_mirror_requests_total{cache="hit",registry="docker.io"} 20
spegel_mirror_requests_total{cache="hit",registry="docker.io",source="internal"} 10
spegel_mirror_requests_total{cache="miss",registry="docker.io",source="internal"} 2
spegel_mirror_requests_total{cache="miss",registry="https://registry-1.docker.io",source="external"} 1
spegel_mirror_requests_total{cache="miss",registry="ghcr.io",source="internal"} 90
`;
/** Of docker-registry 2.8.2. */
const DISTRIBUTION_2 = JSON.stringify({
  cmdline: ['docker-registry'],
  registry: {
    notifications: { endpoints: null },
    proxy: {
      blobs: { Requests: 9, Hits: 4, Misses: 5, BytesPulled: 0, BytesPushed: 0 },
      manifests: { Requests: 2, Hits: 2, Misses: 1, BytesPulled: 2623, BytesPushed: 5246 },
    },
  },
});

const NOTHING = { requests: 0, misses: 0 };

describe('readCacheCounters()', () => {
  test.each([
    ['distribution 3', DISTRIBUTION_3, { requests: 16, misses: 4 }],
    ['distribution 2, by /debug/vars', DISTRIBUTION_2, { requests: 2, misses: 1 }],
    ['Harbor, only GET', HARBOR, { requests: 10, misses: 3 }],
    ['spegel, only Docker Hub', SPEGEL, { requests: 33, misses: 3 }],
    ['distribution 3 before the first request', 'registry_proxy_requests_total{type="blob"} 0\n', NOTHING],
    ['a registry that is no proxy', 'registry_http_requests_total{code="200"} 5\n', undefined],
    ['JSON of another program', '{"registry":{"proxy":null}}', undefined],
    ['broken JSON', '{"registry":', undefined],
    ['HTML', '<html>\n', undefined],
    ['nothing', '', undefined],
  ])('%s', (_, text, counters) => {
    expect(readCacheCounters(text)).toEqual(counters);
  });
});
