import { createHash } from 'node:crypto';

/** An object of the Kubernetes API. */
export interface ClusterObject {
  readonly metadata: Readonly<Record<string, unknown>> & {
    readonly uid: string;
    readonly resourceVersion: string;
  };
  readonly [field: string]: unknown;
}

/** A pod with one container. */
export interface SimulatedPod {
  readonly namespace: string;
  /** The controller: `Deployment`, `DaemonSet`, `StatefulSet` or `Job`. */
  readonly kind: string;
  /** The name of the controller. */
  readonly workload: string;
  /** Distinguishes the pods of a controller. */
  readonly number: number;
  readonly node: string;
  /** As a manifest names it: `nginx:1.29`. */
  readonly image: string;
}

/** An object before the API server gives it a version. */
export interface Draft {
  readonly metadata: Readonly<Record<string, unknown>> & { readonly uid: string };
  readonly [field: string]: unknown;
}

/** Returns an event as a kubelet sends it; one with the same message increases `count`. */
export function eventOf(
  pod: SimulatedPod,
  event: { reason: string; type: string; message: string; at: number; before: ClusterObject | undefined },
): Draft {
  const { reason, type, message, at, before } = event;
  const [name, now] = [podName(pod), timestamp(at)];
  const uid = uidOf([name, reason, message]);
  return {
    metadata: {
      name: `${name}.${uid.replaceAll('-', '').slice(0, 16)}`,
      namespace: pod.namespace,
      uid,
      creationTimestamp: before?.firstTimestamp ?? now,
    },
    involvedObject: {
      kind: 'Pod',
      namespace: pod.namespace,
      name,
      uid: uidOf([name]),
      apiVersion: 'v1',
      fieldPath: 'spec.containers{app}',
    },
    reason,
    message,
    source: { component: 'kubelet', host: pod.node },
    firstTimestamp: before?.firstTimestamp ?? now,
    lastTimestamp: now,
    count: Number(before?.count ?? 0) + 1,
    type,
    eventTime: null,
    reportingComponent: 'kubelet',
    reportingInstance: pod.node,
  };
}

/** Returns a pod as a controller creates it. */
export function podOf(pod: SimulatedPod, at: number): Draft {
  const name = podName(pod);
  const isDeployment = pod.kind === 'Deployment';
  const owner = isDeployment
    ? { kind: 'ReplicaSet', name: `${pod.workload}-${HASH}` }
    : { kind: pod.kind, name: pod.workload };
  return {
    metadata: {
      name,
      namespace: pod.namespace,
      uid: uidOf([name]),
      creationTimestamp: timestamp(at),
      labels: { app: pod.workload, ...(isDeployment && { 'pod-template-hash': HASH }) },
      ownerReferences: [{ apiVersion: 'apps/v1', ...owner, uid: uidOf([owner.name]), controller: true }],
    },
    spec: { nodeName: pod.node, containers: [{ name: 'app', image: pod.image }] },
  };
}

/** The template hash of all ReplicaSets. */
const HASH = '68f5c98ffb';

/** Returns the name of a pod. */
export function podName({ kind, workload, number }: SimulatedPod): string {
  const end = uidOf([workload, String(number)]).slice(0, 5);
  return kind === 'Deployment' ? `${workload}-${HASH}-${end}` : `${workload}-${end}`;
}

/** Returns an image of Docker Hub with its host: `docker.io/library/nginx:1.29`. */
export function fullName(image: string): string {
  return `docker.io/${image.includes('/') ? '' : 'library/'}${image}`;
}

/** Returns the UID of what these texts name, so that a name has one UID. */
export function uidOf(texts: readonly string[]): string {
  const hex = createHash('sha256').update(texts.join('\n')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** API servers write times in whole seconds. */
function timestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
