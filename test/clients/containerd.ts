import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientLogin, HubEndpoint } from './hub-endpoint.ts';
import { type Run, run, startService } from './program.ts';

/** A containerd of its own, which keeps everything in a temporary folder and takes one hub for Docker Hub. */
export interface Containerd {
  /** `ctr images pull`, unpacked: a short name such as `docker.io/library/nginx:latest` is pulled from the hub. */
  pull(reference: string, login?: ClientLogin): Promise<Run>;
  /** `ctr images pull --plain-http`, for a reference that names the hub's address itself. */
  pullPlainHttp(reference: string): Promise<Run>;
  /** The images it holds. */
  images(): Promise<string[]>;
  stop(): Promise<void>;
}

/** What a containerd needs for pulling is little; these want kernel modules or the network. */
const DISABLED_PLUGINS = [
  'io.containerd.grpc.v1.cri',
  'io.containerd.internal.v1.opt',
  'io.containerd.snapshotter.v1.aufs',
  'io.containerd.snapshotter.v1.btrfs',
  'io.containerd.snapshotter.v1.devmapper',
  'io.containerd.snapshotter.v1.zfs',
];

/** Starts a containerd with an empty store. It needs root, for mounting what it unpacks. */
export async function startContainerd(hub: HubEndpoint): Promise<Containerd> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-containerd-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const socket = join(folder, 'containerd.sock');
  writeFileSync(join(folder, 'config.toml'), configuration(folder, socket));
  const hosts = writeHosts(folder, hub);
  const service = await startService({
    program: 'containerd',
    arguments: ['--config', join(folder, 'config.toml')],
    readyPattern: /containerd successfully booted/,
  }).catch((error: unknown) => {
    remove();
    throw error;
  });
  const images = (...options: string[]) => run('ctr', ['--address', socket, 'images', ...options]);
  const snapshotter = ['--snapshotter', 'native'];
  return {
    pull: (reference, login) => {
      const user = login ? ['--user', `${login.username}:${login.password}`] : [];
      return images('pull', ...snapshotter, '--hosts-dir', hosts, ...user, reference);
    },
    pullPlainHttp: (reference) => images('pull', ...snapshotter, '--plain-http', reference),
    images: async () => (await images('list', '--quiet')).stdout.split('\n').filter(Boolean),
    stop: async () => {
      await service.stop();
      remove();
    },
  };
}

function configuration(folder: string, socket: string): string {
  return `version = 2
root = "${join(folder, 'root')}"
state = "${join(folder, 'state')}"
disabled_plugins = ${JSON.stringify(DISABLED_PLUGINS)}
[grpc]
address = "${socket}"
[ttrpc]
address = "${socket}.ttrpc"
`;
}

/** https://github.com/containerd/containerd/blob/main/docs/hosts.md: one folder per registry. */
function writeHosts(folder: string, { url, authority }: HubEndpoint): string {
  const hosts = join(folder, 'hosts');
  mkdirSync(join(hosts, 'docker.io'), { recursive: true });
  const lines = [`server = "${url}"`];
  if (authority !== undefined) {
    writeFileSync(join(folder, 'authority.pem'), authority);
    lines.push(`ca = "${join(folder, 'authority.pem')}"`);
  }
  // Empty, but there: containerd 1.6 wants the section. A host in it that is the server would get each request twice.
  lines.push('[host]');
  writeFileSync(join(hosts, 'docker.io', 'hosts.toml'), `${lines.join('\n')}\n`);
  return hosts;
}
