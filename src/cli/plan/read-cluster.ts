import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ClusterAccessError } from '../../kit/kubernetes/access.ts';
import { describeApiError } from '../../kit/kubernetes/api-client.ts';
import {
  type ClusterChoice,
  type ClusterConnection,
  connectCluster,
  createAccessPorts,
} from '../../kit/kubernetes/connect.ts';
import { type ApiObject, asObject, isGone, readPages, textOf } from '../../kit/kubernetes/list-watch.ts';
import type { ReadFiles } from '../../planner/plan-files.ts';
import type { Disruption, SourceFile } from '../../planner/source-file.ts';
import { type CommandContext, EXIT } from '../command.ts';

/** The running pods of a cluster, or why they cannot be read and the exit code for it. */
type ClusterPods =
  | { readonly files: readonly SourceFile[] }
  | { readonly message: string; readonly exitCode: number };

/** The exit code if the API server did not list its pods. */
const NOT_READ = 3;
/** How often a list is begun whose version the server forgot before its last page. */
const MAX_LISTS = 3;
/** Phases of pods that have ended. */
const ENDED = new Set(['Succeeded', 'Failed']);

/**
 * Reads the running pods of a cluster from its API server, page by page. Each is a file with what `readManifest()` needs of
 * it, named as in `kubectl get pod/web-1 -n shop`. Of the pods that a disruption leaves alone, those with the same
 * namespace, node and images are one.
 * @param choice the kubeconfig. Default: `KUBECONFIG`, or `~/.kube/config`, or the service account
 */
export async function readClusterPods(
  choice: ClusterChoice,
  disruption: Disruption,
  { env, clock, stopSignal }: CommandContext,
): Promise<ClusterPods> {
  const ports = createAccessPorts(env, clock);
  let connection: ClusterConnection | undefined;
  try {
    const kubeconfigFile = choice.kubeconfigFile ?? (await usualKubeconfig(env, ports.readText));
    connection = await connectCluster({ ...choice, kubeconfigFile }, ports);
    const pods = await listPods(connection, disruption, stopSignal);
    if (pods.length > 0) return { files: pods };
    return { message: 'No pods run in the cluster', exitCode: NOT_READ };
  } catch (error) {
    if (stopSignal.aborted) return { message: 'Stopped before the pods were read', exitCode: NOT_READ };
    const message = `The pods of the cluster cannot be read: ${describeApiError(error, 'list for pods')}`;
    return { message, exitCode: error instanceof ClusterAccessError ? EXIT.badUsage : NOT_READ };
  } finally {
    await connection?.close();
  }
}

/** Returns the kubeconfig that kubectl uses; undefined if there is none. */
async function usualKubeconfig(
  env: CommandContext['env'],
  readText: (path: string) => Promise<string>,
): Promise<string | undefined> {
  const named = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  if (named.length > 1) {
    throw new ClusterAccessError(
      'KUBECONFIG names several files, which are not merged. Name one with --kubeconfig',
    );
  }
  if (named[0] !== undefined || env.KUBERNETES_SERVICE_HOST) return named[0];
  const path = join(env.HOME ?? homedir(), '.kube', 'config');
  const isThere = await readText(path).then(
    () => true,
    () => false,
  );
  if (isThere) return path;
  throw new ClusterAccessError(
    `There is no kubeconfig: neither KUBECONFIG nor ${path}. Name one with --kubeconfig`,
  );
}

async function listPods(
  { api }: ClusterConnection,
  disruption: Disruption,
  signal: AbortSignal,
): Promise<readonly SourceFile[]> {
  const list = { api, path: '/api/v1/pods', parameters: {}, form: 'whole' } as const;
  for (let begun = 1; ; begun++) {
    const files = new Map<string, SourceFile>();
    const add = (pod: ApiObject) => {
      if (ENDED.has(textOf(asObject(pod.status).phase))) return;
      const key = sharedKey(pod, disruption) ?? textOf(asObject(pod.metadata).uid);
      if (key === '' || !files.has(key)) files.set(key === '' ? String(files.size) : key, fileOf(pod));
    };
    try {
      await readPages(list, add, signal);
      return [...files.values()];
    } catch (error) {
      if (!isGone(error) || begun === MAX_LISTS) throw error;
    }
  }
}

/** Returns what is equal in pods that count once because they go on running; undefined for a pod that starts again. */
function sharedKey(pod: ApiObject, disruption: Disruption): string | undefined {
  const spec = asObject(pod.spec);
  const { namespace } = asObject(pod.metadata);
  if (disruption.kind === 'replace-all') return undefined;
  if (
    disruption.kind === 'lose-node' ? spec.nodeName === disruption.node : namespace === disruption.namespace
  )
    return undefined;
  if (disruption.kind === 'lose-node') return JSON.stringify([spec.nodeName]);
  const images = [spec.containers, spec.initContainers].flatMap((list) =>
    objectsIn(list).map(({ image }) => image),
  );
  return JSON.stringify([namespace, spec.nodeName, images]);
}

function fileOf(pod: ApiObject): SourceFile {
  const { name, namespace, ownerReferences } = asObject(pod.metadata);
  const { volumes, tolerations: _, ...spec } = asObject(pod.spec);
  const lists = ['initContainers', 'containers', 'ephemeralContainers'] as const;
  const containers = lists.map((list) => [list, spec[list] && objectsIn(spec[list]).map(withoutSettings)]);
  const kept = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ownerReferences },
    spec: {
      ...spec,
      ...Object.fromEntries(containers),
      volumes: objectsIn(volumes).filter(({ image }) => image !== undefined),
    },
  };
  return { name: `pod/${textOf(name)} -n ${textOf(namespace)}`, text: JSON.stringify(kept) };
}

/** Returns a container without the parts that have nothing to do with images and may be long. */
function withoutSettings({
  env,
  envFrom,
  command,
  args,
  volumeMounts,
  resources,
  ...rest
}: ApiObject): ApiObject {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle, ...kept } = rest;
  return kept;
}

function objectsIn(list: unknown): readonly ApiObject[] {
  return Array.isArray(list) ? list.map(asObject) : [];
}

/** Returns a reading of pods without lines and columns: they belong to a text that the user does not have. */
export function withoutLines<R extends ReadFiles>(read: R): R {
  const nowhere = { line: 0, column: 0 };
  return {
    ...read,
    workloads: read.workloads.map((one) => ({
      ...one,
      uses: one.uses.map((use) => ({ ...use, ...nowhere })),
    })),
    problems: read.problems.map((problem) => ({ ...problem, ...nowhere })),
  };
}
