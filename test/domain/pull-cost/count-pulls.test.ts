import { describe, expect, test } from 'vitest';
import { type CostOptions, countPulls } from '../../../src/domain/pull-cost/count-pulls.ts';
import type { KnownImage } from '../../../src/domain/pull-cost/known-image.ts';
import { formatRange } from '../../../src/domain/pull-cost/pull-range.ts';
import type { Workload } from '../../../src/domain/pull-cost/workload.ts';
import { readKnownImages } from '../../../src/planner/image-facts.ts';
import { costOptions, pods, workload } from './workloads.ts';

const APART = { kind: 'apart' } as const;

function known(text: string): ReadonlyMap<string, KnownImage> {
  const { known, problems } = readKnownImages({ name: 'known', text });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return known;
}

function total(workloads: readonly Workload[], options: Partial<CostOptions> = {}): string {
  return formatRange(countPulls(workloads, costOptions(options)).total);
}

const SAME = `nginx:1.29 index sha256:${'1'.repeat(64)}\nnginx:latest index sha256:${'1'.repeat(64)}`;
const SEED = workload(
  [{ text: 'nginx:1.29', policy: 'always' }, 'nginx:latest', { text: 'redis:8', policy: 'always' }],
  {
    kind: 'Job',
    copies: pods(6, { spread: APART, atOnce: 6 }),
  },
);

describe('countPulls() of six clusters of six nodes, with three images each', () => {
  // The table of docs/scenarios.md, which the simulated hub served.
  test.each([
    { model: 'docs', runtime: 'crio', direct: '108', cached: '2' },
    { model: 'docs', runtime: 'containerd', direct: '72', cached: '2' },
    { model: 'two-gets', runtime: 'crio', direct: '108', cached: '2' },
    { model: 'two-gets', runtime: 'containerd', direct: '72', cached: '2' },
    { model: 'per-get', runtime: 'crio', direct: '216', cached: '4' },
    { model: 'per-get', runtime: 'containerd', direct: '144', cached: '4' },
  ] as const)(
    'comes to $direct by $model with $runtime, $cached through a cache',
    ({ direct, cached, ...options }) => {
      const cost = countPulls([SEED], costOptions({ ...options, nodes: 6, clusters: 6, known: known(SAME) }));
      expect([formatRange(cost.total), formatRange(cost.throughCache)]).toEqual([direct, cached]);
    },
  );

  test('counts 108 by the documentation when two names of one image are counted twice', () => {
    expect(total([SEED], { model: 'docs', nodes: 6, clusters: 6 })).toBe('108');
  });
});

describe('countPulls() of one image on one node', () => {
  // single, index: what is known of acme/app:1; unknown: nothing is.
  test.each([
    { runtime: 'containerd', single: '1', index: '2', unknown: '1 to 2' },
    { runtime: 'dockerd', single: '1 to 2', index: '2 to 3', unknown: '1 to 3' },
    { runtime: 'crio', single: '1', index: '2', unknown: '1 to 2' },
    { runtime: 'buildkit', single: '1', index: '2', unknown: '1 to 2' },
    { runtime: 'kaniko', single: '1', index: '2', unknown: '1 to 2' },
  ] as const)(
    'costs $single, $index or $unknown GETs with $runtime',
    ({ runtime, single, index, unknown }) => {
      const app = [workload(['acme/app:1'])];
      expect([
        total(app, { runtime, known: known('acme/app:1 single') }),
        total(app, { runtime, known: known('acme/app:1 index') }),
        total(app, { runtime }),
      ]).toEqual([single, index, unknown]);
    },
  );

  test('treats every tag of an official image as an index, but not every digest', () => {
    expect(total([workload(['redis:8'])])).toBe('2');
    expect(total([workload([`redis@sha256:${'a'.repeat(64)}`])])).toBe('1 to 2');
  });

  test('pays for the index of an image without the platform, and nothing by the documentation', () => {
    const windows = { known: known('acme/win:1 windows/amd64') };
    const cost = countPulls([workload(['acme/win:1'])], costOptions(windows));
    expect(formatRange(cost.total)).toBe('1');
    expect(cost.images[0]?.isWrongPlatform).toBe(true);
    expect(total([workload(['acme/win:1'])], { ...windows, model: 'docs' })).toBe('0');
    expect(total([workload(['acme/win:1'])], { ...windows, platforms: ['windows/amd64'] })).toBe('1 to 2');
  });

  test.each([
    { why: 'of another registry', image: { text: 'ghcr.io/acme/app:1' } },
    { why: 'that is never pulled', image: { policy: 'never' as const } },
    { why: 'that every machine has', image: { text: 'redis:8' } },
    { why: 'of a publisher who is exempt', image: { text: 'publisher/agent:1' } },
  ])('costs nothing $why', ({ image }) => {
    const options = {
      cached: new Set(['docker.io/library/redis:8']),
      known: known('publisher/agent:1 exempt'),
    };
    expect(total([workload([image])], options)).toBe('0');
  });
});

describe('countPulls() of many pods', () => {
  const four = (changes = {}) => [workload(['redis:8'], { copies: pods(4, changes) })];

  test.each([
    { where: 'anywhere', workloads: four(), nodes: undefined, cost: '2 to 8' },
    { where: 'on three nodes', workloads: four(), nodes: 3, cost: '2 to 6' },
    { where: 'apart', workloads: four({ spread: APART }), nodes: 6, cost: '8' },
    { where: 'apart, on three nodes', workloads: four({ spread: APART }), nodes: 3, cost: '6' },
    { where: 'apart, two at once', workloads: four({ spread: APART, atOnce: 2 }), nodes: 6, cost: '4 to 8' },
    { where: 'evenly', workloads: four({ spread: { kind: 'even', maxSkew: 2 } }), nodes: 6, cost: '4 to 8' },
    { where: 'nowhere', workloads: [workload(['redis:8'], { copies: pods(0) })], nodes: 6, cost: '0' },
  ])('costs $cost $where', ({ workloads, nodes, cost }) => {
    expect(total(workloads, { nodes })).toBe(cost);
  });

  test('costs one pull a node for a DaemonSet, fewer where it chooses its nodes', () => {
    const daemonSet = (isSelective: boolean) => [
      workload(['redis:8'], { copies: pods(1, { pods: { everyNode: true, isSelective } }) }),
    ];
    expect(total(daemonSet(false), { nodes: 5 })).toBe('10');
    expect(total(daemonSet(true), { nodes: 5 })).toBe('0 to 10');
    expect(total(daemonSet(false))).toBe('2');
  });

  test('multiplies clusters, and not what runs elsewhere', () => {
    const build = workload(['redis:8'], { source: 'dockerfile', copies: pods(1, { place: 'fresh' }) });
    expect(total([workload(['nginx:1']), build], { clusters: 3 })).toBe('8');
  });

  test('counts an image once on each node, however many workloads and containers use it', () => {
    const web = workload(['redis:8', { text: 'redis:8', role: 'init' }], { copies: pods(2) });
    const worker = workload(['docker.io/library/redis:8'], { copies: pods(3) });
    const cost = countPulls([web, worker], costOptions({ nodes: 3 }));
    expect(cost.images.map(({ pulls }) => formatRange(pulls))).toEqual(['2 to 4', '0', '0 to 2']);
    expect(formatRange(cost.total)).toBe('2 to 6');
  });

  test('counts again for each pod where the runtime requests again, and only for what is always pulled', () => {
    const copies = pods(4, { spread: APART });
    const always = [workload([{ text: 'redis:8', policy: 'always' }], { copies })];
    const onTwoNodes = { nodes: 2, runtime: 'crio' } as const;
    // Two nodes fetch it (2 GETs each); two more pods ask again, for the index or for all of it.
    expect(total(always, onTwoNodes)).toBe('6 to 8');
    expect(total(always, { ...onTwoNodes, runtime: 'containerd' })).toBe('4');
    expect(total([workload(['redis:8'], { copies })], onTwoNodes)).toBe('4');
    expect(total(always, { ...onTwoNodes, cached: new Set(['docker.io/library/redis:8']) })).toBe('4 to 8');
  });
});

describe('countPulls() of builds', () => {
  const build = (images: Parameters<typeof workload>[0]) =>
    workload(images, { source: 'dockerfile', kind: 'build', copies: pods(1, { place: 'fresh' }) });

  test('pays for the index once and for each platform', () => {
    const platforms = ['linux/amd64', 'linux/arm64'];
    expect(total([build(['node:24'])], { platforms })).toBe('3');
    expect(total([build([{ text: 'node:24', platforms: ['linux/amd64'] }])], { platforms })).toBe('2');
    expect(total([build(['node:24'])], { platforms, model: 'docs' })).toBe('2');
  });

  test('shares what a builder keeps, which kaniko does not', () => {
    const both = [build(['node:24']), build(['node:24'])];
    expect(total(both)).toBe('2 to 4');
    expect(total(both, { runtime: 'kaniko' })).toBe('4');
  });

  test('may skip a stage that is not needed; kaniko builds it', () => {
    const optional = [build([{ text: 'node:24', isOptional: true }])];
    expect(total(optional)).toBe('0 to 2');
    expect(total(optional, { runtime: 'kaniko' })).toBe('2');
  });

  test('fetches the frontend only where there is one', () => {
    const frontend = [build([{ text: 'docker/dockerfile:1', role: 'frontend' }])];
    expect(total(frontend)).toBe('1 to 2');
    expect(total(frontend, { runtime: 'kaniko' })).toBe('0');
  });
});
