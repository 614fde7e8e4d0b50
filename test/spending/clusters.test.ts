import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Login } from '../../src/domain/credential.ts';
import type { PullAttempt } from '../../src/domain/spending/pull-attempt.ts';
import type { ClusterConfig } from '../../src/domain/spending/spending-config.ts';
import type { SpendingStore } from '../../src/domain/spending/spending-store.ts';
import { createMemorySpendingStore } from '../../src/history/memory-spending-store.ts';
import { Secret } from '../../src/kit/secret.ts';
import { createClusters } from '../../src/spending/clusters.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { type FakeApiServer, startFakeApiServer } from './kubernetes/fake-api-server.ts';

const SECRET = 'hunter2-token';
const PASSWORD = 'hunter2-password';
const AT = '2026-11-28T12:00:00Z';
const START_AT = Date.parse(AT) + 60_000;
/** Waits are this much shorter than in operation. */
const HASTE = 20;

const RECORDED = JSON.parse(
  readFileSync(resolve(import.meta.dirname, 'kubernetes/recorded-events.json'), 'utf8'),
).items;

let number = 0;

/** An event as a kubelet writes it. */
function event(reason: string, message: string, changes: Record<string, unknown> = {}) {
  number += 1;
  return {
    metadata: { name: `web-1.${number}`, namespace: 'shop', uid: `uid-${number}`, creationTimestamp: AT },
    involvedObject: {
      kind: 'Pod',
      name: 'web-1',
      namespace: 'shop',
      uid: 'p1',
      fieldPath: 'spec.containers{app}',
    },
    reason,
    message,
    count: 1,
    firstTimestamp: AT,
    lastTimestamp: AT,
    source: { component: 'kubelet', host: 'node-1' },
    ...changes,
  };
}

const POD = {
  metadata: {
    name: 'web-1',
    namespace: 'shop',
    uid: 'p1',
    labels: { 'pod-template-hash': '68f5c98ffb', app: 'web' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web-68f5c98ffb', controller: true }],
  },
};
const NODE = {
  metadata: { name: 'node-1' },
  status: { images: [], nodeInfo: { containerRuntimeVersion: 'containerd://1.7.2' } },
};
const PULLED = 'Successfully pulled image "nginx:1" in 5ms (5ms including waiting). Image size: 9 bytes.';

type Applied = Parameters<ReturnType<typeof createClusters>['apply']>[0];

interface Started {
  readonly store?: SpendingStore;
  readonly config?: Partial<ClusterConfig>;
  readonly kubeconfig?: string;
  readonly owners?: Applied['owners'];
  readonly credentials?: Applied['credentials'];
  /** The instant of the clock. Default: a minute after the events. */
  readonly now?: () => number;
}

function start(
  server: FakeApiServer,
  {
    store = createMemorySpendingStore(),
    config,
    kubeconfig,
    owners = [],
    credentials = [],
    now = () => START_AT,
  }: Started = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-kubeconfig-'));
  const path = join(folder, 'kubeconfig');
  writeFileSync(
    path,
    kubeconfig ??
      `{ current-context: x, contexts: [{ name: x, context: { cluster: c, user: u } }],
         clusters: [{ name: c, cluster: { server: "${server.url}" } }], users: [{ name: u, user: { token: ${SECRET} } }] }`,
  );
  const recorder = createLogRecorder();
  const received: PullAttempt[] = [];
  const clusters = createClusters({
    store,
    onAttempts: (attempts) => received.push(...attempts),
    env: { PATH: process.env.PATH },
    userAgent: 'headroom/test',
    clock: { now, monotonicMs: () => performance.now() },
    timers: {
      after(delayMs, run) {
        const timer = setTimeout(run, delayMs / HASTE);
        return () => clearTimeout(timer);
      },
    },
    random: () => 0.5,
    log: recorder.log,
  });
  clusters.apply({
    kubernetes: [
      {
        name: 'prod',
        kubeconfigFile: path,
        context: undefined,
        credential: 'anonymous',
        readPullSecrets: false,
        mirrorHosts: [],
        runtime: undefined,
        ...config,
      },
    ],
    owners,
    credentials,
  });
  onTestFinished(async () => {
    await clusters.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const attempts = () => store.recent('prod', 0);
  return { clusters, store, attempts, received, recorder };
}

/** Waits until an assertion holds. */
function eventually(assert: () => void): Promise<void> {
  return vi.waitFor(assert, { timeout: 30_000, interval: 10 });
}

/** Waits until a watch of events is open. */
async function isWatched(server: FakeApiServer, times = 1): Promise<void> {
  await eventually(() => {
    const watches = server.requests.filter(
      ({ pathname, searchParams }) => pathname === '/api/v1/events' && searchParams.get('watch') === 'true',
    );
    expect(watches.length).toBeGreaterThanOrEqual(times);
  });
}

describe('createClusters()', () => {
  test('lists and watches events, and names the workload of a pod', async () => {
    const server = await startFakeApiServer();
    server.put('nodes', NODE);
    server.put('pods', POD);
    server.put('events', event('Pulling', 'Pulling image "nginx:1"'));
    const { attempts, clusters } = start(server);

    await isWatched(server);
    server.put('events', event('Pulled', PULLED));

    await eventually(() => expect(attempts()[0]?.outcome).toBe('pulled'));
    expect(attempts()).toMatchObject([
      {
        cluster: 'prod',
        namespace: 'shop',
        pod: 'web-1',
        workload: 'Deployment/web',
        container: 'app',
        node: 'node-1',
        image: 'docker.io/library/nginx:1',
        credential: 'anonymous',
        pulls: { low: 2, high: 2 },
      },
    ]);
    expect(clusters.status()).toEqual([
      { name: 'prod', isWatching: true, problems: [], lastEventAt: START_AT },
    ]);
    expect(new Set(server.authorizations)).toEqual(new Set([`Bearer ${SECRET}`]));
  });

  test('counts the recorded events of a kubelet, page by page', async () => {
    const server = await startFakeApiServer();
    server.pageSize = 7;
    for (const recorded of RECORDED) server.put('events', recorded);
    const { attempts } = start(server);

    await eventually(() => expect(attempts().length).toBeGreaterThan(0));
    const sum = (outcome: string) =>
      attempts()
        .filter((attempt) => attempt.outcome === outcome)
        .reduce((total, { attempts: times }) => total + times, 0);
    expect({ refused: sum('refused'), pulled: sum('pulled'), present: sum('present') }).toEqual(
      expectedOfRecorded(),
    );
  });

  test('counts nothing twice after a lost connection and a restart', async () => {
    const server = await startFakeApiServer();
    const pulling = event('Pulling', 'Pulling image "nginx:1"');
    server.put('events', pulling);
    const { attempts, store, clusters } = start(server);
    await isWatched(server);

    server.disconnect();
    server.put('events', { ...pulling, count: 2 });
    await eventually(() => expect(attempts()).toHaveLength(2));
    await clusters.stop();
    server.put('events', { ...pulling, count: 3 });
    start(server, { store });

    await eventually(() => expect(attempts()).toHaveLength(3));
    await isWatched(server, 3);
    expect(attempts()).toHaveLength(3);
  });

  test('lists again if its version is too old', async () => {
    const server = await startFakeApiServer();
    const { attempts } = start(server);
    await isWatched(server);
    server.oldestVersion = 10_000;
    server.put('events', event('Pulling', 'Pulling image "nginx:1"'));
    server.disconnect();
    await eventually(() => expect(server.requests.length).toBeGreaterThan(8));
    server.oldestVersion = 0;

    await eventually(() => expect(attempts()).toHaveLength(1));
  });

  test('reads events of the form of events.k8s.io, with a series', async () => {
    const server = await startFakeApiServer();
    const { attempts } = start(server);
    await isWatched(server);
    server.put('events', {
      metadata: { name: 'e', namespace: 'shop', uid: 'u1', creationTimestamp: AT },
      regarding: {
        kind: 'Pod',
        name: 'web-1',
        namespace: 'shop',
        uid: 'p1',
        fieldPath: 'spec.initContainers{init}',
      },
      reason: 'Pulling',
      note: 'Pulling image "nginx:1"',
      eventTime: '2026-11-28T12:00:00.500000Z',
      series: { count: 3, lastObservedTime: '2026-11-28T12:00:30.000000Z' },
      reportingInstance: 'node-1',
    });

    await eventually(() => expect(attempts()).toHaveLength(3));
    expect(attempts()[0]).toMatchObject({
      container: 'init',
      node: 'node-1',
      startedAt: Date.parse(AT) + 500,
    });
    expect(attempts()[2]?.startedAt).toBe(Date.parse(AT) + 30_000);
  });

  test('reports the pods that wait until they have their image or are deleted', async () => {
    const server = await startFakeApiServer();
    const refused = 'Failed to pull image "nginx:1": failed to resolve reference "x": 429 Too Many Requests';
    server.put('pods', POD);
    const { clusters } = start(server);
    await isWatched(server);
    server.put('events', event('Pulling', 'Pulling image "nginx:1"'));
    server.put('events', event('Failed', refused));

    await eventually(() => expect(clusters.waiting()).toHaveLength(1));
    expect(clusters.waiting()).toEqual([
      {
        cluster: 'prod',
        namespace: 'shop',
        workload: 'Deployment/web',
        image: 'docker.io/library/nginx:1',
        credential: 'anonymous',
        refusal: 'pull_limit',
        pods: 1,
        since: Date.parse(AT),
      },
    ]);
    server.remove('pods', 'web-1');
    await eventually(() => expect(clusters.waiting()).toEqual([]));
  });

  test('keeps only the labels that owners mention', async () => {
    const server = await startFakeApiServer();
    server.put('pods', POD);
    server.put('events', event('Pulling', 'Pulling image "nginx:1"'));
    const none = {
      namespaces: [],
      clusters: [],
      users: [],
      accessTokens: [],
      addresses: [],
      repositories: [],
    };
    const { attempts } = start(server, { owners: [{ team: 'a', labels: { app: 'web' }, ...none }] });

    await eventually(() => expect(attempts()[0]?.labels).toEqual({ app: 'web' }));
  });

  describe('pull secrets', () => {
    const login = (name: string, read: () => Promise<Login>) => ({
      identity: { name, hasLogin: true, fingerprint: '' },
      readLogin: read,
    });
    const password = (username: string): Login => ({
      kind: 'password',
      username,
      password: new Secret(PASSWORD),
    });
    const credentials = [
      { identity: { name: 'anonymous', hasLogin: false, fingerprint: '' }, readLogin: undefined },
      login('broken', () => Promise.reject(new Error('The file cannot be read'))),
      login('ci', () => Promise.resolve(password('AcmeCI'))),
      login('shop', () => Promise.resolve(password('acmeshop'))),
    ];
    const basic = (user: string) => Buffer.from(`${user}:${PASSWORD}`).toString('base64');
    const secretOf = (
      auths: Record<string, unknown>,
      { name = 'regcred', type = 'dockerconfigjson' } = {},
    ) => ({
      metadata: { name, namespace: 'shop' },
      type: `kubernetes.io/${type}`,
      data: {
        [`.${type}`]: Buffer.from(JSON.stringify(type === 'dockercfg' ? auths : { auths })).toString(
          'base64',
        ),
      },
    });
    const hub = (user: string) => secretOf({ 'https://index.docker.io/v1/': { auth: basic(user) } });
    const podWith = (...names: string[]) => ({
      ...POD,
      spec: { imagePullSecrets: names.map((name) => ({ name })) },
    });
    const readsOf = (server: FakeApiServer) =>
      server.requests.map(({ pathname }) => pathname).filter((path) => path.includes('/secrets'));
    const options = { credentials, config: { readPullSecrets: true } };
    const pull = () => event('Pulling', 'Pulling image "nginx:1"');
    const expectCredential = (attempts: () => readonly PullAttempt[], credential: string, at = 0) =>
      eventually(() => expect(attempts()[at]?.credential).toBe(credential));

    test.each([
      ['the user of docker login', hub('acmeci'), 'ci'],
      ['another case', hub('ACMECI'), 'ci'],
      ['docker.io', secretOf({ 'docker.io': { username: 'acmeshop', password: PASSWORD } }), 'shop'],
      [
        'dockercfg',
        secretOf({ 'registry-1.docker.io': { auth: basic('acmeci') } }, { type: 'dockercfg' }),
        'ci',
      ],
      ['an identity token', secretOf({ 'docker.io': { auth: basic('acmeci'), identitytoken: 't' } }), 'ci'],
      ['a user without a configured login', hub('rosa'), 'anonymous'],
      ['another registry', secretOf({ 'ghcr.io': { auth: basic('acmeci') } }), 'anonymous'],
      ['a namespace', secretOf({ 'docker.io/acme': { auth: basic('acmeci') } }), 'anonymous'],
      ['a look-alike', secretOf({ 'docker.io.example.com': { auth: basic('acmeci') } }), 'anonymous'],
      ['an invalid login', secretOf({ 'docker.io': { auth: PASSWORD } }), 'anonymous'],
      ['another type', secretOf({ 'docker.io': { auth: basic('acmeci') } }, { type: 'tls' }), 'anonymous'],
      [
        'invalid content',
        { ...hub('acmeci'), data: { '.dockerconfigjson': Buffer.from(PASSWORD).toString('base64') } },
        'anonymous',
      ],
    ])('%s', async (_what, secret, credential) => {
      const server = await startFakeApiServer();
      server.put('secrets', secret);
      server.put('pods', podWith('missing', 'regcred'));
      server.put('events', pull());
      const { attempts, clusters, recorder } = start(server, options);

      await expectCredential(attempts, credential);
      expect(readsOf(server)).toEqual([
        '/api/v1/namespaces/shop/secrets/missing',
        '/api/v1/namespaces/shop/secrets/regcred',
      ]);
      expect(clusters.status()[0]?.problems).toEqual([]);
      expectNoSecrets(recorder.texts(), clusters.status(), attempts());
    });

    test('are not read unless it is allowed', async () => {
      const server = await startFakeApiServer();
      server.put('secrets', hub('acmeci'));
      server.put('pods', podWith('regcred'));
      server.put('events', pull());
      const { attempts } = start(server, { credentials });

      await expectCredential(attempts, 'anonymous');
      expect(readsOf(server)).toEqual([]);
    });

    test('are not read without a configured login', async () => {
      const server = await startFakeApiServer();
      server.put('secrets', hub('acmeci'));
      server.put('pods', podWith('regcred'));
      server.put('events', pull());
      const { attempts } = start(server, { ...options, credentials: credentials.slice(0, 1) });

      await expectCredential(attempts, 'anonymous');
      expect(readsOf(server)).toEqual([]);
    });

    test('are read again after 10 minutes', async () => {
      let now = START_AT;
      const server = await startFakeApiServer();
      server.put('secrets', hub('acmeci'));
      server.put('pods', podWith('regcred'));
      const { attempts } = start(server, { ...options, now: () => now });
      await isWatched(server);
      server.put('events', pull());
      await expectCredential(attempts, 'ci');
      server.put('secrets', hub('acmeshop'));

      now += 599_000;
      server.put('events', pull());
      await expectCredential(attempts, 'ci', 1);
      expect(readsOf(server)).toHaveLength(1);
      now += 1_000;
      server.put('events', pull());
      await expectCredential(attempts, 'shop', 2);
      expect(readsOf(server)).toHaveLength(2);
    });

    test('a missing right is logged once with the rule that is needed, and the rest goes on', async () => {
      let now = START_AT;
      const server = await startFakeApiServer();
      server.reject('secrets', 403);
      server.put('secrets', hub('acmeci'));
      server.put('pods', podWith('regcred', 'other'));
      server.put('events', pull());
      const { attempts, clusters, recorder } = start(server, { ...options, now: () => now });

      await expectCredential(attempts, 'anonymous');
      const problem =
        'Pull secrets cannot be read, so that pulls with them count for the credential of the cluster: the right is missing (status 403: secrets is forbidden: User "x" cannot list it). Grant get for secrets, the rule { apiGroups: [""], resources: [secrets], verbs: [get] }, in all namespaces';
      expect(clusters.status()[0]?.problems).toEqual([problem]);
      now += 60_000;
      await isWatched(server);
      server.put('events', pull());
      await expectCredential(attempts, 'anonymous', 1);
      expect(readsOf(server)).toHaveLength(4);
      expect(recorder.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);

      server.reject('secrets', undefined);
      now += 60_000;
      server.put('events', pull());
      await expectCredential(attempts, 'ci', 2);
      expect(clusters.status()[0]?.problems).toEqual([]);
    });

    test('an answer that is not JSON is not quoted', async () => {
      const server = await startFakeApiServer();
      server.answerText('secrets', `{"data":"${PASSWORD}`);
      server.put('pods', podWith('regcred'));
      server.put('events', pull());
      const { attempts, clusters, recorder } = start(server, options);

      await expectCredential(attempts, 'anonymous');
      expect(clusters.status()[0]?.problems).toEqual([
        'Pull secrets cannot be read, so that pulls with them count for the credential of the cluster: the answer of the API server is not JSON',
      ]);
      expectNoSecrets(recorder.texts(), clusters.status(), attempts());
    });
  });

  test.each([
    {
      rejected: 'events',
      problem:
        'Events cannot be read, so that no pulls are counted: the right is missing (status 403: events is forbidden: User "x" cannot list it). Grant get, list and watch for events in all namespaces',
    },
    {
      rejected: 'nodes',
      problem:
        'Nodes cannot be read, so that pulls are counted as wider ranges: the right is missing (status 403: nodes is forbidden: User "x" cannot list it). Grant get and list for nodes, which are optional in all namespaces',
    },
    {
      rejected: 'pods',
      problem:
        'Pods cannot be read, so that workloads are guessed from the names of pods: the right is missing (status 403: pods is forbidden: User "x" cannot list it). Grant get, list and watch for pods in all namespaces',
    },
  ])('says what is needed to read $rejected, and goes on', async ({ rejected, problem }) => {
    const server = await startFakeApiServer();
    server.reject(rejected, 403);
    server.put('events', event('Pulling', 'Pulling image "nginx:1"'));
    const { clusters, attempts } = start(server);

    await eventually(() => expect(clusters.status()[0]?.problems).toEqual([problem]));
    server.reject(rejected, undefined);
    await eventually(() => expect(attempts()).toHaveLength(1));
    if (rejected !== 'nodes') await eventually(() => expect(clusters.status()[0]?.problems).toEqual([]));
  });

  test.each([
    ['{', 'is not a kubeconfig: it is not valid YAML'],
    ['{}', 'has no current-context. Name a context'],
    ['{ current-context: x }', 'has no context named "x". It has: none'],
    [
      '{ current-context: x, contexts: [{ name: x, context: { cluster: c } }], clusters: [{ name: d }] }',
      'has no cluster named "c". It has: d',
    ],
    [
      '{ current-context: x, contexts: [{ name: x, context: { cluster: c } }], clusters: [{ name: c, cluster: { server: nowhere } }] }',
      'the server of the cluster is not an http or https URL',
    ],
    [
      '{ current-context: x, contexts: [{ name: x, context: { cluster: c } }], clusters: [{ name: c, cluster: { server: "https://localhost", certificate-authority: ca.crt } }] }',
      'the file of certificate-authority cannot be read: ca.crt',
    ],
    [
      `{ current-context: x, contexts: [{ name: x, context: { cluster: c, user: u } }], clusters: [{ name: c, cluster: { server: "https://localhost" } }],
         users: [{ name: u, user: { exec: { command: no-such-program-x } } }] }`,
      'The exec plugin no-such-program-x failed: no such program. Install it, or change users[].user.exec.command',
    ],
  ])('says what is wrong in the kubeconfig %s', async (kubeconfig, problem) => {
    const server = await startFakeApiServer();
    const { clusters, recorder } = start(server, { kubeconfig });

    await eventually(() => expect(clusters.status()[0]?.problems[0]).toContain(problem));
    expect(recorder.texts().join('\n')).not.toContain(SECRET);
  });

  test('runs an exec plugin for the token', async () => {
    const server = await startFakeApiServer();
    const answer = JSON.stringify({ kind: 'ExecCredential', status: { token: SECRET } });
    const { clusters, recorder } = start(server, {
      kubeconfig: JSON.stringify({
        'current-context': 'x',
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { server: server.url } }],
        users: [{ name: 'u', user: { exec: { command: 'echo', args: [answer] } } }],
      }),
    });

    await eventually(() => expect(clusters.status()[0]?.isWatching).toBe(true));
    expect(server.authorizations[0]).toBe(`Bearer ${SECRET}`);
    expect(recorder.texts().join('\n')).not.toContain(SECRET);
  });

  test('needs a pod for the service account', async () => {
    const server = await startFakeApiServer();
    const { clusters } = start(server, { config: { kubeconfigFile: undefined } });

    await eventually(() =>
      expect(clusters.status()[0]?.problems).toEqual([
        'The cluster cannot be read: Not in a pod of Kubernetes. Name a kubeconfig, or run Headroom in the cluster',
      ]),
    );
  });
});

/** Expects that no password is in values, neither as text nor as base64. */
function expectNoSecrets(...values: unknown[]): void {
  const text = JSON.stringify(values);
  expect(text).not.toContain(PASSWORD);
  expect(text).not.toContain(Buffer.from(PASSWORD).toString('base64').slice(0, 12));
}

/** Counts the recorded events by their texts alone. */
function expectedOfRecorded() {
  const count = (reason: string, text: RegExp) =>
    RECORDED.filter(
      (recorded: { reason: string; message: string }) =>
        recorded.reason === reason && text.test(recorded.message),
    ).reduce((sum: number, recorded: { count: number }) => sum + recorded.count, 0);
  return {
    refused: count('Failed', /^Failed to pull image .*429/s),
    pulled: count('Pulled', /^Successfully pulled/),
    present: count('Pulled', /already present/),
  };
}
