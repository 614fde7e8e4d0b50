/**
 * Hosts that Docker's tools file a Docker Hub login under, the most usual first: `docker login` writes
 * `https://index.docker.io/v1/` (docker/cli, `registry.IndexServer`), podman and people write `docker.io`.
 */
const HOSTS = ['index.docker.io', 'docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];
/** The paths of a whole registry. Any other path is a namespace, which podman and Kubernetes allow in a key. */
const WHOLE_REGISTRY = /^\/?(?:v[12]\/?)?$/;

/**
 * The keys of a Docker configuration that mean Docker Hub, the one to use first. The host must be the very same: a
 * likeness would send another registry's password to Docker.
 */
export function dockerHubKeys(keys: Iterable<string>): string[] {
  return [...keys]
    .map((key) => ({ key, rank: rankOf(key) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ key }) => key);
}

function rankOf(key: string): number | undefined {
  const [, host = '', path = ''] = /^(?:https?:\/\/)?([^/]*)(.*)$/i.exec(key.trim()) ?? [];
  const rank = HOSTS.indexOf(host.toLowerCase());
  if (rank === -1) return undefined;
  return WHOLE_REGISTRY.test(path) ? rank : rank + HOSTS.length;
}
