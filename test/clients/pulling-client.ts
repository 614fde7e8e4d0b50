import { startContainerd } from './containerd.ts';
import { type HubEndpoint, hostOf } from './hub-endpoint.ts';
import { type Run, run } from './program.ts';
import { startRegistryCache } from './registry-cache.ts';
import { prepareSkopeo, type Skopeo } from './skopeo.ts';

/** A real client with an empty store, made to pull. */
export interface PullingClient {
  /** Pulls an image such as `library/nginx:latest`. */
  pull(image: string): Promise<Run>;
  stop(): Promise<void>;
}

/** How a kind of client is had. */
export interface ClientKind {
  /** Programs it needs. */
  readonly programs: readonly string[];
  start(hub: HubEndpoint): Promise<PullingClient>;
}

/** Clients whose spending is measured. */
export const CLIENT_KINDS = {
  containerd: {
    programs: ['containerd', 'ctr'],
    start: async (hub) => {
      const containerd = await startContainerd(hub);
      return { pull: (image) => containerd.pull(`docker.io/${image}`), stop: containerd.stop };
    },
  },
  'skopeo copy': skopeoKind((skopeo) => (image) => skopeo.copy(`docker.io/${image}`)),
  'skopeo copy --all': skopeoKind((skopeo) => (image) => skopeo.copyAll(`docker.io/${image}`)),
  'skopeo inspect': skopeoKind((skopeo, hub) => (image) => skopeo.inspect(`${hostOf(hub)}/${image}`)),
  'skopeo copy through docker-registry': cacheKind(['skopeo'], (cache) => {
    const skopeo = prepareSkopeo(cache);
    return {
      pull: (image) => skopeo.copy(`docker.io/${image}`),
      stop: () => Promise.resolve(skopeo.remove()),
    };
  }),
  'HEAD through docker-registry': cacheKind([], (cache) => ({
    pull: (image) => head(cache, image),
    stop: () => Promise.resolve(),
  })),
} as const satisfies Record<string, ClientKind>;

/** The name of a kind of client. */
export type ClientName = keyof typeof CLIENT_KINDS;

/** Asks every program for its version, in one line each. */
export async function programVersions(): Promise<string[]> {
  const answers = await Promise.all(
    [
      run('containerd', ['--version']),
      run('skopeo', ['--version']),
      run('docker-registry', ['--version']),
    ].map(async (answer) => (await answer).stdout.trim().replace(/^\S*\//, '')),
  );
  return [...answers, `Node.js ${process.version}`];
}

function skopeoKind(pullBy: (skopeo: Skopeo, hub: HubEndpoint) => PullingClient['pull']): ClientKind {
  return {
    programs: ['skopeo'],
    start: (hub) => {
      const skopeo = prepareSkopeo(hub);
      return Promise.resolve({ pull: pullBy(skopeo, hub), stop: () => Promise.resolve(skopeo.remove()) });
    },
  };
}

function cacheKind(programs: readonly string[], prepare: (cache: HubEndpoint) => PullingClient): ClientKind {
  return {
    programs: ['docker-registry', ...programs],
    start: async (hub) => {
      const cache = await startRegistryCache(hub);
      const client = prepare(cache.endpoint);
      return {
        pull: client.pull,
        stop: async () => {
          await client.stop();
          await cache.stop();
        },
      };
    },
  };
}

/** A probe as Headroom's own, sent to a cache in place of the hub. */
async function head({ url }: HubEndpoint, image: string): Promise<Run> {
  const [, repository, reference] = /^([^:@]+)[:@](.+)$/.exec(image) ?? [];
  const accept =
    'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json';
  const response = await fetch(`${url}/v2/${repository}/manifests/${reference}`, {
    method: 'HEAD',
    headers: { accept },
  });
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
  return { exitCode: response.ok ? 0 : 1, stdout: headers.join('\n'), stderr: `${response.status}` };
}
