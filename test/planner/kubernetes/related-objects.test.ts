import { describe, expect, test } from 'vitest';
import { imagesIn, problemsIn, readFiles } from '../planned.ts';

const TEMPLATE = 'template: { spec: { containers: [{ name: web, image: "nginx:1" }] } }';

/** The pods of each workload: `Deployment web: 2`, `Task build: 0 to 1`. */
function podsIn(read: ReturnType<typeof readFiles>): string[] {
  return read.workloads.map(({ kind, name, copies: { pods } }) => {
    if ('everyNode' in pods) return `${kind} ${name}: every node`;
    return `${kind} ${name}: ${pods.low === pods.high ? pods.low : `${pods.low} to ${pods.high}`}`;
  });
}

function autoscaler(least: string): string {
  return `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: any }
spec: { ${least} scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
`;
}

describe('createObjectIndex()', () => {
  test.each([
    { replicas: '', least: 'minReplicas: 4,', pods: 'Deployment web: 4' },
    { replicas: 'replicas: 6,', least: 'minReplicas: 4,', pods: 'Deployment web: 6' },
    { replicas: 'replicas: 0,', least: 'minReplicas: 4,', pods: 'Deployment web: 0' },
    { replicas: '', least: '', pods: 'Deployment web: 1' },
  ])('counts the least pods of an autoscaler: $replicas $least', ({ replicas, least, pods }) => {
    const deployment = `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { ${replicas} ${TEMPLATE} }\n`;
    // The autoscaler may come first, and from another file.
    const read = readFiles({ 'a.yml': autoscaler(least), 'b.yml': deployment });
    expect(podsIn(read)).toEqual([pods]);
    expect(problemsIn(read)).toEqual([]);
  });

  test('counts objects that others of the plan own once, as in the output of kubectl get', () => {
    const owner = (kind: string, name: string) =>
      `ownerReferences: [{ kind: ${kind}, name: ${name}, controller: true }]`;
    const read = readFiles(`apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Pod, metadata: { name: p, ${owner('ReplicaSet', 'web-1')} }, spec: { containers: [{ image: "nginx:1" }] }, status: { containerStatuses: [{ image: "nginx:1" }] } }
  - { apiVersion: apps/v1, kind: ReplicaSet, metadata: { name: web-1, ${owner('Deployment', 'web')} }, spec: { ${TEMPLATE} } }
  - { apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: { ${TEMPLATE} } }
  - { apiVersion: v1, kind: Pod, metadata: { name: q, ${owner('ReplicaSet', 'elsewhere')} }, spec: { containers: [{ image: "nginx:1" }] } }
`);
    expect(podsIn(read)).toEqual(['Deployment web: 1', 'Pod q: 1']);
    expect(problemsIn(read)).toEqual([]);
  });

  test('counts a Task of Tekton once for each run, and reports one that is missing', () => {
    const run = (task: string) =>
      `apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: { name: run }\nspec: { taskRef: { name: ${task} } }\n`;
    const task =
      'apiVersion: tekton.dev/v1\nkind: Task\nmetadata: { name: build }\nspec: { stepTemplate: { image: "alpine:3" }, steps: [{ name: a, image: "golang:1" }, { name: b }], sidecars: [{ name: db, image: "redis:8" }] }\n';
    const read = readFiles([task, run('build'), run('build'), run('test')].join('---\n'));
    expect(podsIn(read)).toEqual(['Task build: 2']);
    expect(imagesIn(read).map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'a docker.io/library/golang:1',
      'b docker.io/library/alpine:3',
      'db docker.io/library/redis:8',
    ]);
    expect(problemsIn(read)).toEqual(['a.yml:19:26: The Task test is not in the plan']);
    expect(podsIn(readFiles(task))).toEqual(['Task build: 0 to 1']);
  });

  test('reads the tasks of a pipeline, and names tasks from other places', () => {
    const read = readFiles(`apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: { name: ci }
spec:
  pipelineSpec:
    tasks:
      - { name: lint, taskSpec: { steps: [{ image: "node:24" }] } }
      - { name: clone, taskRef: { resolver: hub, params: [] } }
    finally:
      - { name: report, taskSpec: { steps: [{ image: "$(params.image)" }] } }
`);
    expect(podsIn(read)).toEqual(['PipelineRun ci/lint: 1']);
    expect(problemsIn(read)).toEqual([
      'a.yml:8:33: A Task from another place is not followed (resolver)',
      'a.yml:10:54: A variable without a value: $(params.image)',
    ]);
  });

  test('reads inline templates, defaults and created manifests of Argo Workflows', () => {
    const read = readFiles(`apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: { name: w }
spec:
  templateDefaults: { container: { image: "alpine:3" } }
  workflowTemplateRef: { name: shared }
  templates:
    - { name: a, container: { command: [x] } }
    - name: b
      steps: [[{ name: s, inline: { container: { image: "node:24" } } }]]
    - name: c
      dag: { tasks: [{ name: t, inline: { script: { image: "python:3" } } }] }
    - name: d
      resource:
        action: create
        manifest: |
          apiVersion: batch/v1
          kind: Job
          metadata: { name: inner }
          spec: { template: { spec: { containers: [{ name: j, image: "perl:5" }] } } }
`);
    expect(imagesIn(read)).toEqual([
      '5:43 a docker.io/library/alpine:3',
      '10:57 template docker.io/library/node:24',
      '12:60 template docker.io/library/python:3',
      '16:19 j docker.io/library/perl:5',
    ]);
    expect(problemsIn(read)).toEqual(['a.yml:6:32: The WorkflowTemplate shared is not in the plan']);
  });

  test('counts the pods of an unknown kind from 0, and says so', () => {
    const read = readFiles(`apiVersion: x.io/v1
kind: Widget
metadata: { name: w }
spec: { parts: [{ template: { spec: { containers: [{ name: c, image: "nginx:1" }] } } }] }
`);
    expect(podsIn(read)).toEqual(['Widget w: 0 to 1']);
    expect(problemsIn(read)).toEqual(['a.yml:2:1: Unknown kind: Widget (x.io/v1); its pods may be pulled']);
  });

  test('names the default images of the Prometheus operator, and counts given ones', () => {
    const read = readFiles(`apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { name: p }
spec: { replicas: 2, shards: 3, version: v3.5.0, containers: [{ name: proxy, image: "nginx:1" }] }
---
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: { name: a }
spec: { image: "prom/alertmanager:v1" }
`);
    expect(podsIn(read)).toEqual(['Prometheus p: 6', 'Alertmanager a: 1']);
    expect(imagesIn(read)).toEqual([
      '2:1 prometheus quay.io/prometheus/prometheus:v3.5.0',
      '2:1 config-reloader quay.io/prometheus-operator/prometheus-config-reloader:latest',
      '4:85 proxy docker.io/library/nginx:1',
      '9:16 alertmanager docker.io/prom/alertmanager:v1',
      '7:1 config-reloader quay.io/prometheus-operator/prometheus-config-reloader:latest',
    ]);
    expect(problemsIn(read)).toEqual([]);
  });

  test('always pulls the tag latest, with a digest too', () => {
    const read = readFiles(
      `apiVersion: v1\nkind: Pod\nspec: { containers: [{ image: "nginx:latest@sha256:${'a'.repeat(64)}" }, { image: "nginx@sha256:${'a'.repeat(64)}" }] }\n`,
    );
    expect(read.workloads[0]?.uses.map(({ policy }) => policy)).toEqual(['always', 'if-not-present']);
  });

  test('reads JSON objects that follow each other', () => {
    const pod = (name: string) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        spec: { containers: [{ image: `a/${name}` }] },
      });
    const read = readFiles({ 'pods.json': `${pod('x')}\n${pod('y')}{` });
    expect(imagesIn(read).map((line) => line.split(' ')[2])).toEqual([
      'docker.io/a/x:latest',
      'docker.io/a/y:latest',
    ]);
    expect(problemsIn(read)).toEqual([expect.stringMatching(/^pods.json:2:\d+: Not YAML: /)]);
  });
});

describe('scaling by other controllers', () => {
  test.each([
    ['{}', 'Service web: 1'],
    ['{ autoscaling.knative.dev/min-scale: "4" }', 'Service web: 4'],
    [
      '{ autoscaling.knative.dev/minScale: "3", autoscaling.knative.dev/initial-scale: "5" }',
      'Service web: 5',
    ],
    ['{ autoscaling.knative.dev/min-scale: "0" }', 'Service web: 1'],
  ])('counts the pods of a revision of Knative: %s', (annotations, pods) => {
    const text = `apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: web }
spec: { template: { metadata: { annotations: ${annotations} }, spec: { containers: [{ image: nginx }] } } }
`;
    const read = readFiles(text);
    expect({ pods: podsIn(read), problems: problemsIn(read) }).toEqual({ pods: [pods], problems: [] });
  });

  test.each([
    { replicas: '', least: 'minReplicaCount: 3', pods: 'Deployment web: 3' },
    { replicas: 'replicas: 0,', least: 'minReplicaCount: 3', pods: 'Deployment web: 3' },
    { replicas: 'replicas: 2,', least: '', pods: 'Deployment web: 2' },
    { replicas: 'replicas: 0,', least: '', pods: 'Deployment web: 0' },
  ])('counts the least pods of a ScaledObject of KEDA: $replicas $least', ({ replicas, least, pods }) => {
    const text = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { ${replicas} ${TEMPLATE} }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: any }
spec: { scaleTargetRef: { name: web }, ${least} }
`;
    const read = readFiles(text);
    expect({ pods: podsIn(read), problems: problemsIn(read) }).toEqual({ pods: [pods], problems: [] });
  });
});

describe('parameters of Tekton', () => {
  const TASK = `apiVersion: tekton.dev/v1
kind: Task
metadata: { name: build }
spec:
  params: [{ name: image, default: "golang:1" }, { name: tag }]
  steps: [{ name: go, image: $(params.image) }, { name: c, image: 'busybox:$(params["tag"])' }]
`;

  test('have their defaults; one without a default is reported', () => {
    const read = readFiles(TASK);
    expect(imagesIn(read)).toEqual(['6:30 go docker.io/library/golang:1']);
    expect(problemsIn(read)).toEqual(['a.yml:6:67: A variable without a value: busybox:$(params["tag"])']);
  });

  test('have the values that a run gives, through its pipeline', () => {
    const read = readFiles(`apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: { name: run }
spec:
  params: [{ name: version, value: "2" }]
  pipelineSpec:
    params: [{ name: version, default: "1" }, { name: os, default: alpine }]
    tasks:
      - name: a
        params: [{ name: tag, value: "$(params.version)-$(params.os)" }]
        taskSpec: { params: [{ name: tag, default: "9" }], steps: [{ name: go, image: "golang:$(params.tag)" }] }
`);
    expect(problemsIn(read)).toEqual([]);
    expect(imagesIn(read)).toEqual(['11:87 go docker.io/library/golang:2-alpine']);
  });

  test('are reported if a reference gives another value', () => {
    const task = TASK.replace(/, \{ name: c.*\}\]/, ']');
    const run = (params: string) =>
      `${task}---\napiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: { name: r }\nspec: { taskRef: { name: build }, params: [${params}] }\n`;
    expect(problemsIn(readFiles(run('{ name: tag, value: x }')))).toEqual([]);
    expect(problemsIn(readFiles(run('{ name: image, value: x }')))).toEqual([
      'a.yml:11:26: The parameter image changes an image, which is counted with its default',
    ]);
  });
});

test('a parameter of a pipeline is reported if a run gives another value', () => {
  const read = readFiles(`apiVersion: tekton.dev/v1
kind: Pipeline
metadata: { name: p }
spec:
  params: [{ name: version, default: "1" }]
  tasks: [{ name: a, taskSpec: { steps: [{ name: go, image: "golang:$(params.version)" }] } }]
---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: { name: r }
spec: { pipelineRef: { name: p }, params: [{ name: version, value: "2" }] }
`);
  expect(problemsIn(read)).toEqual([
    'a.yml:11:30: The parameter version changes an image, which is counted with its default',
  ]);
});

describe('a configuration of kind', () => {
  const config = (nodes: string) =>
    `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: test\nnodes: ${nodes}\n`;

  test('pulls the image of each node once, by Docker', () => {
    const read = readFiles(
      config(
        '[{ role: control-plane, image: "kindest/node:v1.35.0" }, { role: worker, image: "kindest/node:v1.35.0" }]',
      ),
    );
    expect(problemsIn(read)).toEqual([]);
    expect(imagesIn(read)).toEqual([
      '4:39 control-plane docker.io/kindest/node:v1.35.0',
      '4:88 worker docker.io/kindest/node:v1.35.0',
    ]);
    expect(podsIn(read)).toEqual(['Cluster test: 1']);
  });

  test.each(['[]', '[{ role: worker }]'])('reports nodes without an image: %s', (nodes) => {
    expect(problemsIn(readFiles(config(nodes)))[0]).toContain(
      'A node without an image has that of the version of kind',
    );
  });
});
