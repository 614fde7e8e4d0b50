import type { SimulatedPod } from './kubernetes/kubelet-objects.ts';

/** A cluster of the showcase. */
interface ShowcaseCluster {
  readonly name: string;
  /** The credential whose bucket its nodes draw on. */
  readonly credential: string;
  /** The part of the pulls of its bucket that it explains; other machines spend the rest. */
  readonly share: number;
  readonly workloads: readonly Workload[];
  /** The pods that wait from the beginning, because the bucket is exhausted. */
  readonly waiting?: readonly (Workload & { readonly pods: number })[];
}

/** A workload of the showcase. */
export interface Workload extends Pick<SimulatedPod, 'namespace' | 'kind' | 'workload'> {
  /** An image without a tag. That of an official image is an index, which costs two pulls. */
  readonly image: string;
}

/** The clusters. Their workloads are in the order of their size. */
export const SHOWCASE_CLUSTERS: readonly ShowcaseCluster[] = [
  {
    name: 'prod',
    credential: 'web-team',
    share: 0.85,
    workloads: [
      workload('shop', 'Deployment', 'web', 'acmeshop/web'),
      workload('shop', 'Deployment', 'checkout', 'acmeshop/checkout'),
      workload('search', 'StatefulSet', 'index', 'redis'),
      workload('shop-mail', 'Deployment', 'sender', 'acmeshop/mail'),
      workload('monitoring', 'DaemonSet', 'log-shipper', 'fluentd'),
    ],
  },
  {
    name: 'build',
    credential: 'nightly-builds',
    share: 0.6,
    workloads: [
      workload('builds', 'Job', 'compile', 'node'),
      workload('builds', 'Job', 'scan', 'acmeci/scan'),
    ],
  },
  {
    name: 'data',
    credential: 'batch-jobs',
    share: 0.9,
    workloads: [
      workload('etl', 'Job', 'load', 'acmedata/load'),
      workload('reports', 'Job', 'daily', 'postgres'),
    ],
    waiting: [
      { ...workload('shop', 'Deployment', 'web', 'acmeshop/web'), pods: 9 },
      { ...workload('etl', 'Job', 'load', 'acmedata/load'), pods: 3 },
    ],
  },
  {
    name: 'edge',
    credential: 'cluster-a',
    share: 0.7,
    workloads: [
      workload('kiosk', 'DaemonSet', 'display', 'nginx'),
      workload('kiosk', 'Deployment', 'api', 'acmekiosk/api'),
      workload('telemetry', 'DaemonSet', 'agent', 'telegraf'),
    ],
  },
];

/** The teams of the namespaces, as in the section `spending.owners`. */
export const SHOWCASE_OWNERS = [
  { team: 'shop', namespaces: ['shop', 'shop-*'], access_tokens: ['shop-*'] },
  { team: 'platform', namespaces: ['monitoring', 'search', 'builds'], users: ['acmenightly'] },
  { team: 'data', namespaces: ['etl', 'reports'], access_tokens: ['etl-prod'] },
];

function workload(namespace: string, kind: string, name: string, image: string): Workload {
  return { namespace, kind, workload: name, image };
}
