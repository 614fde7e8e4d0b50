import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { run } from '../clients/program.ts';
import { freePort } from '../metrics/prometheus-server.ts';
import { prepareNodes, startNode } from './node.ts';
import { eventually, killProcessesOf, type Service, startService } from './service.ts';

/** The programs of a cluster. `.ci/tools.sh` compiles those of Kubernetes. */
export const CLUSTER_PROGRAMS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kubernetes-pause',
  'etcd',
  'containerd',
  'runc',
  'openssl',
];

/** An object of the API. */
// biome-ignore lint/suspicious/noExplicitAny: the objects of Kubernetes have no types here
export type KubeObject = any;

/** A real Kubernetes on loopback, whose nodes pull the images of Docker Hub from a simulated hub. */
export interface Kubernetes {
  readonly kubeconfig: string;
  /** A folder of the host with the program `pause`. */
  readonly programFolder: string;
  /** Sends a request to the API server. Rejects for an error status. */
  call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<KubeObject>;
  /** Makes all nodes pull the images of Docker Hub from this URL, from the next pull on. */
  useHub(url: string): void;
  /** Adds a node without images. Resolves with its name when it is ready. */
  addNode(): Promise<string>;
  /** Ends the API server and starts it again. Meanwhile `during` runs. */
  restartApiServer(during?: () => Promise<void>): Promise<void>;
  /** Ends everything, and removes the folder. */
  stop(): Promise<void>;
}

/** Starts a cluster. Resolves when all nodes are ready. */
export async function startKubernetes(nodes: number): Promise<Kubernetes> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-kubernetes-'));
  const services: Service[] = [];
  async function stop(): Promise<void> {
    await Promise.all(services.map((service) => service.stop()));
    killProcessesOf(folder);
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const own = mounts.flatMap((line) => line.split(' ')[1] ?? []).filter((path) => path.startsWith(folder));
    for (const path of own.reverse()) await run('umount', ['--lazy', path]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  try {
    return await start(folder, services, nodes, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  folder: string,
  services: Service[],
  count: number,
  stop: () => Promise<void>,
): Promise<Kubernetes> {
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const etcd = `http://127.0.0.1:${etcdPort}`;
  const token = randomBytes(16).toString('hex');
  writeFileSync(join(folder, 'tokens.csv'), `${token},admin,1,system:masters\n`);
  await run('openssl', ['genrsa', '-out', join(folder, 'sa.key'), '2048']);
  const peer = `http://127.0.0.1:${peerPort}`;
  services.push(
    startService(folder, 'etcd', [
      'etcd',
      '--data-dir=etcd',
      '--unsafe-no-fsync',
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
    ]),
  );
  const startApiServer = () =>
    startService(folder, 'kube-apiserver', [
      'kube-apiserver',
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      '--cert-dir=certs',
      '--service-account-issuer=https://localhost',
      '--service-account-key-file=sa.key',
      '--service-account-signing-key-file=sa.key',
      '--token-auth-file=tokens.csv',
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=198.18.0.0/24',
      '--disable-admission-plugins=ServiceAccount',
    ]);
  let apiServer = startApiServer();
  services.push({ stop: () => apiServer.stop() });

  const certificate = join(folder, 'certs', 'apiserver.crt');
  await eventually(() => {
    if (!existsSync(certificate)) throw new Error(`The API server did not start: ${folder}`);
  });
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(`https://127.0.0.1:${port}`, certificate, token));
  const agent = new Agent({ connect: { ca: readFileSync(certificate, 'utf8') } });
  services.push({ stop: () => agent.close() });

  async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) {
    const { statusCode, body: answer } = await request(`https://127.0.0.1:${port}${path}`, {
      dispatcher: agent,
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${text.slice(0, 500)}`);
    return text.startsWith('{') ? JSON.parse(text) : text;
  }
  const whenReady = () => eventually(() => call('GET', '/readyz'));

  await whenReady();
  const account = ['--service-account-private-key-file=sa.key', '--controllers=*,-nodeipam'];
  const common = [
    `--kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    '--cert-dir=certs',
    '--secure-port=0',
  ];
  services.push(
    startService(folder, 'controllers', ['kube-controller-manager', ...common, ...account]),
    startService(folder, 'scheduler', ['kube-scheduler', ...common]),
  );

  await prepareNodes(folder);
  let number = 0;
  async function addNode(): Promise<string> {
    number += 1;
    const name = `node-${number}`;
    services.unshift(...(await startNode({ folder, kubeconfig }, name)));
    return name;
  }
  const whenNodeIsReady = (name: string) =>
    eventually(async () => {
      const { status, spec } = await call('GET', `/api/v1/nodes/${name}`);
      const ready = status.conditions.find(({ type }: KubeObject) => type === 'Ready');
      if (ready?.status !== 'True' || spec.taints) throw new Error(`${name} is not ready: ${ready?.message}`);
    });
  const names: string[] = [];
  for (let i = 0; i < count; i += 1) names.push(await addNode());
  await Promise.all(names.map(whenNodeIsReady));

  return {
    kubeconfig,
    programFolder: join(folder, 'program'),
    call,
    useHub(url) {
      const hosts = join(folder, 'hosts', 'docker.io');
      mkdirSync(hosts, { recursive: true });
      const text = `server = "${url}"\n[host."${url}"]\n  capabilities = ["pull", "resolve"]\n`;
      writeFileSync(join(hosts, 'hosts.toml'), text);
    },
    async addNode() {
      const name = await addNode();
      await whenNodeIsReady(name);
      return name;
    },
    async restartApiServer(during) {
      await apiServer.stop();
      await during?.();
      apiServer = startApiServer();
      await whenReady();
    },
    stop,
  };
}

function kubeconfigOf(server: string, authority: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority': authority } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  });
}
