import { describe, expect, test } from 'vitest';
import { copiesIn, imagesIn, problemsIn, readFiles } from '../planned.ts';

const POD_SPEC = '{ containers: [{ name: web, image: "nginx:1" }] }';

/** A workload of one container, in one line for each key of its spec. */
function manifest(kind: string, apiVersion: string, spec: string, name = 'web'): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
}

const TEMPLATE = `template: { metadata: { labels: { app: web } }, spec: ${POD_SPEC} }`;
const exactly = (count: number) => ({ low: count, high: count });

describe('readManifest() counts the pods of a', () => {
  test.each([
    { kind: 'Pod', version: 'v1', spec: POD_SPEC, pods: exactly(1) },
    { kind: 'Deployment', version: 'apps/v1', spec: `{ replicas: 3, ${TEMPLATE} }`, pods: exactly(3) },
    { kind: 'Deployment', version: 'apps/v1', spec: `{ ${TEMPLATE} }`, pods: exactly(1) },
    { kind: 'ReplicaSet', version: 'apps/v1', spec: `{ replicas: 0, ${TEMPLATE} }`, pods: exactly(0) },
    { kind: 'ReplicationController', version: 'v1', spec: `{ replicas: 2, ${TEMPLATE} }`, pods: exactly(2) },
    { kind: 'StatefulSet', version: 'apps/v1', spec: `{ replicas: 4, ${TEMPLATE} }`, pods: exactly(4) },
    {
      kind: 'Job',
      version: 'batch/v1',
      spec: `{ completions: 6, parallelism: 2, ${TEMPLATE} }`,
      pods: exactly(6),
    },
    { kind: 'Job', version: 'batch/v1', spec: `{ parallelism: 5, ${TEMPLATE} }`, pods: exactly(5) },
    { kind: 'Job', version: 'batch/v1', spec: `{ ${TEMPLATE} }`, pods: exactly(1) },
    {
      kind: 'Job',
      version: 'batch/v1',
      spec: `{ suspend: true, completions: 3, ${TEMPLATE} }`,
      pods: { low: 0, high: 3 },
    },
    {
      kind: 'CronJob',
      version: 'batch/v1',
      spec: `{ jobTemplate: { spec: { completions: 2, ${TEMPLATE} } } }`,
      pods: exactly(2),
    },
    {
      kind: 'Rollout',
      version: 'argoproj.io/v1alpha1',
      spec: `{ replicas: 7, ${TEMPLATE} }`,
      pods: exactly(7),
    },
    {
      kind: 'DeploymentConfig',
      version: 'apps.openshift.io/v1',
      spec: `{ replicas: 2, ${TEMPLATE} }`,
      pods: exactly(2),
    },
    { kind: 'Service', version: 'serving.knative.dev/v1', spec: `{ ${TEMPLATE} }`, pods: exactly(1) },
  ])('$kind ($spec)', ({ kind, version, spec, pods }) => {
    const read = readFiles(manifest(kind, version, spec));
    expect(problemsIn(read)).toEqual([]);
    expect(copiesIn(read).pods).toEqual(pods);
    expect(imagesIn(read)).toEqual([expect.stringMatching(/ web docker.io\/library\/nginx:1$/)]);
  });

  test('DaemonSet, on every node or on those it chooses', () => {
    const daemonSet = (extra: string) =>
      copiesIn(
        readFiles(
          manifest('DaemonSet', 'apps/v1', `{ template: { spec: { ${extra} containers: [{ image: a }] } } }`),
        ),
      );
    expect(daemonSet('').pods).toEqual({ everyNode: true, isSelective: false });
    expect(daemonSet('nodeSelector: { kubernetes.io/os: linux },').pods).toMatchObject({
      isSelective: false,
    });
    expect(daemonSet('nodeSelector: { disk: ssd },').pods).toMatchObject({ isSelective: true });
  });
});

describe('readManifest(): pods', () => {
  const SELECTOR = 'labelSelector: { matchLabels: { app: web } }';
  const HOST = 'topologyKey: kubernetes.io/hostname';
  const term = (rule: string, key = HOST) =>
    `affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ${key}, ${rule} }] } },`;
  const constraint = (rule: string) => `topologySpreadConstraints: [{ maxSkew: 2, ${HOST}, ${rule} }],`;

  test.each([
    { criterion: 'are repelled by their own kind', spec: term(SELECTOR), spread: { kind: 'apart' } },
    {
      criterion: 'are repelled by what an expression chooses',
      spec: term('labelSelector: { matchExpressions: [{ key: app, operator: In, values: [api, web] }] }'),
      spread: { kind: 'apart' },
    },
    {
      criterion: 'are not repelled by others',
      spec: term('labelSelector: { matchLabels: { app: api } }'),
      spread: { kind: 'free' },
    },
    {
      criterion: 'may share a node of a zone that they do not share',
      spec: term(SELECTOR, 'topologyKey: topology.kubernetes.io/zone'),
      spread: { kind: 'free' },
    },
    {
      criterion: 'need a port of the host',
      spec: '',
      ports: ', ports: [{ containerPort: 80, hostPort: 80 }]',
      spread: { kind: 'apart' },
    },
    {
      criterion: 'are spread over hosts',
      spec: constraint(`whenUnsatisfiable: DoNotSchedule, ${SELECTOR}`),
      spread: { kind: 'even', maxSkew: 2 },
    },
    {
      criterion: 'would rather be spread over hosts',
      spec: constraint(`whenUnsatisfiable: ScheduleAnyway, ${SELECTOR}`),
      spread: { kind: 'free' },
    },
  ])('$criterion', ({ spec, ports = '', spread }) => {
    const pod = `{ ${spec} containers: [{ image: a${ports} }] }`;
    const template = `{ template: { metadata: { labels: { app: web } }, spec: ${pod} } }`;
    expect(copiesIn(readFiles(manifest('Deployment', 'apps/v1', template))).spread).toEqual(spread);
  });
});

describe('readManifest() finds', () => {
  test('every image of a pod, with its part and its policy', () => {
    const read = readFiles(`apiVersion: v1
kind: Pod
metadata: { name: all, namespace: shop }
spec:
  volumes:
    - name: model
      image: { reference: acme/model:1, pullPolicy: Always }
    - name: scratch
      emptyDir: {}
  initContainers:
    - { name: wait, image: busybox }
    - { name: mesh, image: "envoyproxy/envoy:v1", restartPolicy: Always }
  containers:
    - { name: web, image: "nginx:1", imagePullPolicy: Never }
    - { name: pinned, image: "nginx@sha256:${'a'.repeat(64)}" }
  ephemeralContainers:
    - { name: debug, image: "alpine:3.22" }
`);
    expect(read.workloads.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Pod shop/all']);
    expect(
      read.workloads[0]?.uses.map(({ container, role, policy, line }) => [line, container, role, policy]),
    ).toEqual([
      [7, 'model', 'volume', 'always'],
      [11, 'wait', 'init', 'always'],
      [12, 'mesh', 'sidecar', 'if-not-present'],
      [14, 'web', 'container', 'never'],
      [15, 'pinned', 'container', 'if-not-present'],
      [17, 'debug', 'ephemeral', 'if-not-present'],
    ]);
  });

  test('what is in lists, typed or not, and in lists of lists', () => {
    const pod = `{ metadata: { name: p }, spec: ${POD_SPEC} }`;
    const read = readFiles(`apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: PodList, items: [${pod}, ${pod}] }
  - { apiVersion: apps/v1, kind: Deployment, metadata: { name: d }, spec: { ${TEMPLATE} } }
`);
    expect(imagesIn(read)).toHaveLength(3);
    expect(problemsIn(read)).toEqual([]);
  });

  test('the containers of an Argo workflow, each template by itself', () => {
    const read = readFiles(`apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: { generateName: build- }
spec:
  templates:
    - { name: main, steps: [] }
    - { name: compile, container: { image: "golang:1" }, sidecars: [{ name: db, image: "postgres:18" }] }
    - { name: report, script: { image: "python:3" } }
`);
    expect(read.workloads.map(({ name }) => name)).toEqual(['build-/compile', 'build-/report']);
    expect(imagesIn(read)).toHaveLength(3);
  });

  test('images in JSON', () => {
    const json = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { containers: [{ name: 'w', image: 'a/b' }] },
    });
    expect(imagesIn(readFiles({ 'pod.json': json }))).toEqual([
      `1:${json.indexOf('"a/b"') + 1} w docker.io/a/b:latest`,
    ]);
  });
});

describe('readManifest() leaves out', () => {
  test.each([
    {
      what: 'an unknown kind',
      text: 'apiVersion: x.io/v1\nkind: Widget\n',
      problem: 'a.yml:2:1: Unknown kind: Widget (x.io/v1)',
    },
    {
      what: 'a known kind of an unknown group',
      text: 'apiVersion: x.io/v1\nkind: Deployment\nspec: {}\n',
      problem: 'a.yml:2:1: Unknown kind: Deployment (x.io/v1)',
    },
    {
      what: 'a workload without a pod',
      text: 'apiVersion: apps/v1\nkind: Deployment\nspec: {}\n',
      problem: 'a.yml:2:1: A Deployment without a pod: spec.template.spec is missing',
    },
    {
      what: 'an image that is none',
      text: manifest('Pod', 'v1', '{ containers: [{ image: "Nginx:1" }] }'),
      problem: 'a.yml:4:31: Repository name must be lower case: library/Nginx',
    },
    {
      what: 'an image that is not text',
      text: manifest('Pod', 'v1', '{ containers: [{ image: [a] }] }'),
      problem: 'a.yml:4:31: An image must be text',
    },
    {
      what: 'a number of pods that is a parameter',
      text: manifest('Deployment', 'apps/v1', `{ replicas: "$(REPLICAS)", ${TEMPLATE} }`),
      problem: 'a.yml:4:19: Not a whole number: $(REPLICAS)',
    },
    {
      what: 'a number of pods in quotes, which Kubernetes rejects',
      text: manifest('Deployment', 'apps/v1', `{ replicas: "3", ${TEMPLATE} }`),
      problem: 'a.yml:4:19: Not a whole number: 3',
    },
    {
      what: 'containers that are a map',
      text: manifest('Pod', 'v1', '{ containers: { a: b } }'),
      problem: 'a.yml:4:21: containers must be a list',
    },
    {
      what: 'a template of Helm that is YAML by chance',
      text: manifest('ConfigMap', 'v1', '{{ .Values.spec }}'),
      problem: 'a.yml:4:7: A template that is not rendered; plan its output, such as that of "helm template"',
    },
    {
      what: 'an Application of Argo CD',
      text: manifest('Application', 'argoproj.io/v1alpha1', '{}'),
      problem: 'a.yml:2:1: Application web is not followed: plan the manifests that it deploys',
    },
    {
      what: 'a Kustomization of Flux',
      text: manifest('Kustomization', 'kustomize.toolkit.fluxcd.io/v1', '{}'),
      problem: 'a.yml:2:1: Kustomization web is not followed: plan the manifests that it deploys',
    },
    {
      what: 'a HelmRelease of Flux',
      text: manifest('HelmRelease', 'helm.toolkit.fluxcd.io/v2', '{ values: { image: nginx } }'),
      problem: 'a.yml:2:1: HelmRelease web is not followed: plan the manifests that it deploys',
    },
    {
      what: 'an image in an unknown kind',
      text: 'apiVersion: x.io/v1\nkind: Widget\nspec: { image: nginx }\n',
      problem: 'a.yml:2:1: Unknown kind: Widget (x.io/v1)\na.yml:3:16: An image that is not counted: nginx',
    },
    {
      what: 'a policy that is none',
      text: manifest('Pod', 'v1', '{ containers: [{ imagePullPolicy: Sometimes }] }'),
      problem: 'a.yml:4:41: Not a pull policy: Sometimes',
    },
  ])('$what, and states where', ({ text, problem }) => {
    expect(problemsIn(readFiles(text)).join('\n')).toBe(problem);
  });

  test('nothing that starts no pods, or that is ignored by choice', () => {
    const text = [
      manifest('ConfigMap', 'v1', '{}'),
      manifest('Ingress', 'networking.k8s.io/v1', '{}'),
      manifest('Certificate', 'cert-manager.io/v1', '{}'),
      manifest('Widget', 'x/v1', '{}'),
    ].join('---\n');
    expect(problemsIn(readFiles(text, { ignoredKinds: new Set(['Widget']) }))).toEqual([]);
  });

  test('lists in lists without an end', () => {
    const text = 'apiVersion: v1\nkind: List\nitems: &a\n  - { apiVersion: v1, kind: List, items: *a }\n';
    expect(problemsIn(readFiles(text))).toEqual(['a.yml:4:42: An anchor contains itself']);
  });
});
