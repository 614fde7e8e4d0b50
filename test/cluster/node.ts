import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../clients/program.ts';
import { findProgram } from '../find-program.ts';
import { eventually, type Service, startService } from './service.ts';

/** The program of all containers: it waits for a signal, or ends at once with an argument. `.ci/tools.sh` compiles it. */
export const CONTAINER_PROGRAM = 'kubernetes-pause';
/** The folder of the host with it, which pods mount: the images of the simulated hub have nothing to run. */
export const PROGRAM_FOLDER = 'program';
const SANDBOX_IMAGE = 'docker.io/local/pause:1';

/** The folders that all nodes of a cluster share. */
export interface NodeFolders {
  readonly folder: string;
  readonly kubeconfig: string;
}

/** Writes what all nodes of a cluster need. */
export async function prepareNodes(folder: string): Promise<void> {
  mkdirSync(join(folder, 'hosts', 'docker.io'), { recursive: true });
  mkdirSync(join(folder, PROGRAM_FOLDER));
  copyFileSync(findProgram(CONTAINER_PROGRAM) ?? '', join(folder, PROGRAM_FOLDER, 'pause'));
  // A node is ready only with a network. Its program is not needed: all pods use the network of the host.
  mkdirSync(join(folder, 'cni'));
  writeFileSync(
    join(folder, 'cni', '10-none.conflist'),
    JSON.stringify({ cniVersion: '0.4.0', name: 'none', plugins: [{ type: 'loopback' }] }),
  );
  await packSandboxImage(folder);
}

/** Makes the image of pod sandboxes, so that none is pulled. */
async function packSandboxImage(folder: string): Promise<void> {
  const reproducible = ['--owner=0', '--group=0', '--mtime=@0'];
  const layer = join(folder, 'layer.tar');
  await run('tar', ['-cf', layer, ...reproducible, '-C', join(folder, PROGRAM_FOLDER), 'pause']);
  const digest = createHash('sha256').update(readFileSync(layer)).digest('hex');
  const config = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Entrypoint: ['/pause'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  };
  const manifest = [{ Config: 'config.json', RepoTags: [SANDBOX_IMAGE], Layers: ['layer.tar'] }];
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  const parts = ['manifest.json', 'config.json', 'layer.tar'];
  await run('tar', ['-cf', join(folder, 'sandbox.tar'), '-C', folder, ...parts]);
}

/** Starts containerd and kubelet of a node, with an empty image store. Resolves when containerd answers. */
export async function startNode(
  { folder, kubeconfig }: NodeFolders,
  name: string,
): Promise<readonly Service[]> {
  const own = join(folder, name);
  mkdirSync(own);
  const socket = join(own, 'containerd.sock');
  writeFileSync(join(own, 'containerd.toml'), containerdConfig(folder, own, socket));
  const containerd = startService(folder, `${name}-containerd`, [
    'containerd',
    '--config',
    join(own, 'containerd.toml'),
  ]);
  const ctr = ['--address', socket, '--namespace', 'k8s.io'];
  await eventually(async () => {
    const { exitCode, stderr } = await run('ctr', [...ctr, 'images', 'import', join(folder, 'sandbox.tar')]);
    if (exitCode !== 0) throw new Error(stderr);
  });
  writeFileSync(join(own, 'kubelet.json'), JSON.stringify(kubeletConfig(socket)));
  const kubelet = startService(folder, `${name}-kubelet`, [
    'kubelet',
    `--config=${join(own, 'kubelet.json')}`,
    `--kubeconfig=${kubeconfig}`,
    `--hostname-override=${name}`,
    `--root-dir=${join(own, 'kubelet')}`,
  ]);
  return [kubelet, containerd];
}

/** https://github.com/containerd/containerd/blob/release/1.6/docs/cri/config.md */
function containerdConfig(folder: string, own: string, socket: string): string {
  // Where root lacks CAP_SYS_RESOURCE, a sandbox does not start without restrict_oom_score_adj.
  return `version = 2
root = "${own}/root"
state = "${own}/state"
[grpc]
  address = "${socket}"
[ttrpc]
  address = "${socket}.ttrpc"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${SANDBOX_IMAGE}"
  restrict_oom_score_adj = true
  disable_tcp_service = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${folder}/hosts"
  [plugins."io.containerd.grpc.v1.cri".cni]
    conf_dir = "${folder}/cni"
`;
}

/** https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ */
function kubeletConfig(socket: string): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${socket}`,
    enableServer: false,
    // Works in a container, without systemd and with any version of cgroups.
    cgroupDriver: 'cgroupfs',
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    localStorageCapacityIsolation: false,
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    // The first pull of a pod that was refused is repeated after 10 seconds, the second after 20.
    nodeStatusUpdateFrequency: '2s',
    nodeStatusReportFrequency: '2s',
  };
}
