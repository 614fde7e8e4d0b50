import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type FakeApiServer, startFakeApiServer } from '../../spending/kubernetes/fake-api-server.ts';
import { run } from '../run-program.ts';

const TOKEN = 'hunter2-token';

/** A kubeconfig with one context per user. */
function kubeconfigOf(server: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-plan-cluster-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'config');
  const text = {
    'current-context': 'prod',
    contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: TOKEN } }],
  };
  writeFileSync(path, JSON.stringify(text));
  return path;
}

interface Pod {
  readonly name: string;
  readonly node?: string;
  readonly namespace?: string;
  readonly image?: string;
  readonly phase?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

function podOf({ name, node = 'n1', namespace = 'shop', image = 'nginx:1', phase = 'Running', more }: Pod) {
  const container = {
    name: 'c',
    image,
    imagePullPolicy: 'IfNotPresent',
    env: [{ name: 'A', value: 'x'.repeat(1_000) }],
  };
  return {
    metadata: { name, namespace, uid: `uid-${name}`, managedFields: [{ manager: 'kubelet' }] },
    spec: { nodeName: node, containers: [container], ...more },
    status: { phase },
  };
}

function put(server: FakeApiServer, ...pods: readonly Pod[]): void {
  for (const pod of pods) server.put('pods', podOf(pod));
}

function plan(server: FakeApiServer, ...flags: readonly string[]) {
  return run(['plan', '--cluster', `--kubeconfig=${kubeconfigOf(server.url)}`, '--offline', ...flags]);
}

describe('headroom plan --cluster', { timeout: 60_000 }, () => {
  test('counts the pods of a lost node, with their policy and login', async () => {
    const server = await startFakeApiServer();
    put(
      server,
      { name: 'web-1', image: 'nginx:latest', more: { imagePullSecrets: [{ name: 'hub' }] } },
      { name: 'web-2', node: 'n2' },
      { name: 'agent', image: 'acme/agent:1', namespace: 'ops' },
      { name: 'job', image: 'perl:5', phase: 'Succeeded' },
    );

    const { exitCode, stdout, stderr } = await plan(server, '--lose-node=n1');

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`\
 PULLS  IMAGE                           POLICY                    MACHINES  FOR                WHERE
     2  docker.io/library/nginx:latest  if-not-present            1         Pod shop/web-1, c  pod/web-1 -n shop
1 to 2  docker.io/acme/agent:1          if-not-present, no login  1         Pod ops/agent, c   pod/agent -n ops
3 to 4  in all, counted per-get

Costs 3 to 4 pulls: not compared with what is left
`);
    expect(server.authorizations).toEqual([`Bearer ${TOKEN}`]);
  });

  test('counts every node without --lose-node and --restart, and names no lines in JSON', async () => {
    const server = await startFakeApiServer();
    put(server, { name: 'a' }, { name: 'b' }, { name: 'c', node: 'n2' });

    const { exitCode, stdout } = await plan(server, '--output=json', '--model=docs');

    const report = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(report.pulls).toEqual({ low: 2, high: 2 });
    expect(report.images).toMatchObject([
      { file: 'pod/a -n shop', line: 0, column: 0, workload: 'Pod shop/a' },
      { file: 'pod/b -n shop' },
      { file: 'pod/c -n shop' },
    ]);
  });

  test('counts the restart of a namespace, with the images of the nodes', async () => {
    const server = await startFakeApiServer();
    put(
      server,
      { name: 'a' },
      { name: 'b', node: 'n2', namespace: 'other' },
      { name: 'c', node: 'n3', image: 'redis:8' },
    );

    const { stdout } = await plan(server, '--restart=shop', '--output=json', '--model=docs');

    expect(JSON.parse(stdout)).toMatchObject({
      // Two of three nodes have nginx:1, one has redis:8.
      images: [{ machines: { low: 0, high: 1 } }, { machines: { low: 0, high: 1 } }],
      nodes: 3,
      left_out: [],
    });
  });

  test('reads page by page, and once more if the server forgets the version of the list', async () => {
    const server = await startFakeApiServer();
    server.pageSize = 2;
    server.goneContinues = 1;
    put(server, ...['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, node: name })));

    const { exitCode, stdout } = await plan(server, '--model=docs');

    expect(stdout).toContain('Costs 5 pulls');
    expect(exitCode).toBe(0);
    const pages = server.requests.map(({ searchParams }) => searchParams.get('continue'));
    expect(pages).toEqual([null, '2', null, '2', '4']);
    expect(server.requests.every(({ searchParams }) => searchParams.get('limit') === '500')).toBe(true);
  });

  test('reads pods that together are larger than a document may be', async () => {
    const server = await startFakeApiServer();
    const more = { nodeSelector: { filler: 'x'.repeat(60_000) } };
    put(server, ...Array.from({ length: 200 }, (_, i) => ({ name: `p${i}`, node: `n${i}`, more })));

    const { exitCode, stdout } = await plan(server, '--model=docs', '--timeout=60s', '--output=json');

    expect(JSON.parse(stdout).pulls).toEqual({ low: 200, high: 200 });
    expect(exitCode).toBe(0);
  });

  test.each([
    [
      403,
      'The pods of the cluster cannot be read: the right is missing (status 403: pods is forbidden: User "x" cannot list it). Grant list for pods in all namespaces\n',
    ],
    [
      401,
      'The pods of the cluster cannot be read: the API server rejects the login (status 401: pods is forbidden: User "x" cannot list it). Check the token or the certificate\n',
    ],
    [500, 'The pods of the cluster cannot be read: status 500: pods is forbidden: User "x" cannot list it\n'],
  ])('says what is needed after the status %d', async (status, message) => {
    const server = await startFakeApiServer();
    server.reject('pods', status);

    expect(await plan(server)).toEqual({ exitCode: 3, stdout: '', stderr: message });
  });

  test('ends if the server forgets the version of each list', async () => {
    const server = await startFakeApiServer();
    server.pageSize = 1;
    server.goneContinues = 1_000;
    put(server, { name: 'a' }, { name: 'b' });

    const { exitCode, stderr } = await plan(server);

    expect(stderr).toContain('status 410');
    expect(exitCode).toBe(3);
    expect(server.requests).toHaveLength(6);
  });

  test('names the nodes if the lost one is not there, and a cluster without pods', async () => {
    const server = await startFakeApiServer();
    expect(await plan(server, '--lose-node=n9')).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: 'No pods run in the cluster\n',
    });

    put(server, { name: 'a' }, { name: 'b', node: 'n2' });
    const { exitCode, stdout } = await plan(server, '--lose-node=n9');
    expect(stdout).toContain('pod/a -n shop: No pod runs in the node n9; there are n1, n2');
    expect(exitCode).toBe(3);
  });

  test.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    [
      'no file',
      { HOME: '/nonexistent' },
      [],
      'There is no kubeconfig: neither KUBECONFIG nor /nonexistent/.kube/config. Name one with --kubeconfig',
    ],
    ['a missing file', { KUBECONFIG: '/nonexistent/a' }, [], 'Cannot read /nonexistent/a: ENOENT'],
    [
      'several files',
      { KUBECONFIG: '/a:/b' },
      [],
      'KUBECONFIG names several files, which are not merged. Name one with --kubeconfig',
    ],
    ['another context', {}, ['--context=stage'], 'has no context named "stage". It has: prod'],
  ])('says what is wrong with the kubeconfig: %s', async (_, env, flags, message) => {
    const chosen = flags.length > 0 ? [`--kubeconfig=${kubeconfigOf('http://127.0.0.1:1')}`] : [];
    const { exitCode, stdout, stderr } = await run(['plan', '--cluster', '--offline', ...chosen, ...flags], {
      env,
    });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^The pods of the cluster cannot be read: /);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  test('says that the API server does not answer', async () => {
    const { exitCode, stderr } = await run([
      'plan',
      '--cluster',
      `--kubeconfig=${kubeconfigOf('http://127.0.0.1:1')}`,
      '--offline',
    ]);
    expect(stderr).toBe(
      'The pods of the cluster cannot be read: the API server cannot be reached: ECONNREFUSED\n',
    );
    expect(exitCode).toBe(3);
  });

  test.each([
    [['plan', '--cluster', 'a.yml'], 'FILE: Contradicts --cluster'],
    [['plan', 'a.yml', '--context=x'], '--context: Has no effect without --cluster'],
    [['plan', 'a.yml', '--kubeconfig=x'], '--kubeconfig: Has no effect without --cluster'],
    [['plan', '--cluster', '--rewrite=mirror.gcr.io'], '--rewrite: Contradicts --cluster'],
  ])('rejects %j', async (argv, message) => {
    const { exitCode, stderr } = await run(argv);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});
