import type { KubeObject, Kubernetes } from './kubernetes.ts';
import { eventually } from './service.ts';

/** Returns the template of pods with a container for each image; at most one of them runs on a node. */
function podTemplate(name: string, images: readonly string[], programFolder: string) {
  return {
    metadata: { labels: { app: name } },
    spec: {
      hostNetwork: true,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app: name } }, topologyKey: 'kubernetes.io/hostname' },
          ],
        },
      },
      containers: images.map((image, i) => ({
        name: `c${i}`,
        image,
        imagePullPolicy: 'Always',
        command: ['/program/pause'],
        volumeMounts: [{ name: 'program', mountPath: '/program', readOnly: true }],
      })),
      volumes: [{ name: 'program', hostPath: { path: programFolder } }],
    },
  };
}

/** A workload of the tests: one namespace, one name. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly images: readonly string[];
}

/** Creates a Job whose pods run at once. */
export async function createJob(
  kubernetes: Kubernetes,
  workload: Workload,
  completions: number,
): Promise<void> {
  const { namespace, name, images } = workload;
  const template = podTemplate(name, images, kubernetes.programFolder);
  await createNamespace(kubernetes, namespace);
  await kubernetes.call('POST', `/apis/batch/v1/namespaces/${namespace}/jobs`, {
    metadata: { name },
    spec: {
      completions,
      parallelism: completions,
      template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } },
    },
  });
}

/** Creates a DaemonSet. */
export async function createDaemonSet(kubernetes: Kubernetes, { namespace, name, images }: Workload) {
  await createNamespace(kubernetes, namespace);
  await kubernetes.call('POST', `/apis/apps/v1/namespaces/${namespace}/daemonsets`, {
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: podTemplate(name, images, kubernetes.programFolder),
    },
  });
}

async function createNamespace({ call }: Kubernetes, name: string): Promise<void> {
  const { items } = await call('GET', '/api/v1/namespaces');
  if (items.some(({ metadata }: KubeObject) => metadata.name === name)) return;
  await call('POST', '/api/v1/namespaces', { metadata: { name } });
}

/** Deletes all workloads of a namespace. Resolves when its pods are gone; its events remain. */
export async function deleteWorkloads({ call }: Kubernetes, namespace: string): Promise<void> {
  const options = { propagationPolicy: 'Background' };
  await call('DELETE', `/apis/batch/v1/namespaces/${namespace}/jobs`, options);
  await call('DELETE', `/apis/apps/v1/namespaces/${namespace}/daemonsets`, options);
  await eventually(async () => {
    const pods = await podsOf({ call }, namespace);
    if (pods.length > 0) throw new Error(`${pods.length} pods are left in ${namespace}`);
  });
}

/** Returns the pods of a namespace. */
export async function podsOf({ call }: Pick<Kubernetes, 'call'>, namespace: string): Promise<KubeObject[]> {
  return (await call('GET', `/api/v1/namespaces/${namespace}/pods`)).items;
}

/** Resolves when so many pods of a namespace run all of their containers. */
export function whenRunning(kubernetes: Kubernetes, namespace: string, count: number): Promise<void> {
  return eventually(async () => {
    const pods = await podsOf(kubernetes, namespace);
    const running = pods.filter(({ status }) =>
      status.containerStatuses?.every(({ state }: KubeObject) => state.running),
    );
    if (running.length !== count) {
      const states = pods.flatMap(({ status }) =>
        status.containerStatuses?.map(({ state }: KubeObject) => state),
      );
      throw new Error(`${running.length} of ${count} pods run: ${JSON.stringify(states)}`);
    }
  });
}

/** The number of refusals and of started pulls that the API server knows of a namespace. */
export async function countEvents({ call }: Kubernetes, namespace: string) {
  const { items } = await call('GET', `/api/v1/namespaces/${namespace}/events`);
  const count = (matches: (event: KubeObject) => boolean) =>
    items.filter(matches).reduce((sum: number, event: KubeObject) => sum + (event.count ?? 1), 0);
  return {
    attempts: count(({ reason }) => reason === 'Pulling'),
    ended: count(({ reason, message }) =>
      reason === 'Pulled' ? true : reason === 'Failed' && message.startsWith('Failed to pull image'),
    ),
    refused: count(
      ({ reason, message }) => reason === 'Failed' && /Failed to pull image.*\b429\b/s.test(message),
    ),
  };
}
