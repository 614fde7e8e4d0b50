import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { createHttpClient } from '../http/http-client.ts';
import { readProxyRules } from '../http/proxy-rules.ts';
import type { AccessPorts } from './access.ts';
import { createKubernetesApi, type KubernetesApi } from './api-client.ts';
import { createExecPlugins } from './exec-plugin.ts';
import { readKubeconfig, readServiceAccount } from './kubeconfig.ts';

/** The settings of the access to one cluster. */
export interface ClusterChoice {
  /** Undefined: the service account of the pod. */
  readonly kubeconfigFile: string | undefined;
  /** Undefined: the current context of the kubeconfig. */
  readonly context: string | undefined;
}

/** An API server with the connections to it. */
export interface ClusterConnection {
  readonly api: KubernetesApi;
  /** Ends all requests and connections. */
  close(): Promise<void>;
}

/** An unused connection is kept this long, in milliseconds. Watches are never unused. */
const KEEP_ALIVE_MS = 30_000;

/** Returns access to files and exec plugins, with the environment variables of plugins and of the service account. */
export function createAccessPorts(env: AccessPorts['env'], clock: Clock): AccessPorts {
  return {
    readText: (path) => readFile(path, 'utf8'),
    env,
    runExecPlugin: createExecPlugins(env, () => clock.now()),
  };
}

/**
 * Reads the access to a cluster, and prepares the connections to its API server. Uses the proxies of the environment.
 * @param userAgent default: none
 * @throws ClusterAccessError if the kubeconfig or the service account cannot be used
 */
export async function connectCluster(
  { kubeconfigFile, context }: ClusterChoice,
  ports: AccessPorts,
  userAgent?: string,
): Promise<ClusterConnection> {
  const access =
    kubeconfigFile === undefined
      ? await readServiceAccount(ports)
      : await readKubeconfig(kubeconfigFile, context, ports);
  const client = createHttpClient({
    proxyFor: readProxyRules(ports.env),
    userAgent,
    keepAliveMs: KEEP_ALIVE_MS,
    rejectUnauthorized: access.rejectUnauthorized,
    serverName: access.serverName,
  });
  return { api: createKubernetesApi(access, client), close: () => client.close() };
}
