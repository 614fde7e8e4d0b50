import { describe, expect, test } from 'vitest';
import { problemsIn, readFiles } from '../../planned.ts';

/** The images of steps, with a question mark if they may not be pulled, and the problems. */
function imagesOfSteps(steps: string, files: Readonly<Record<string, string>> = {}, options = {}): string[] {
  const workflow = `on: push\njobs:\n  a:\n    steps:\n${steps}`;
  const read = readFiles({ '.github/workflows/a.yml': workflow, ...files }, options);
  const images = read.workloads.flatMap(({ uses }) =>
    uses.map((use) => `${use.text}${use.isOptional ? '?' : ''}`),
  );
  return [...images, ...problemsIn(read)];
}

const use = (action: string, inputs = '{}') => `      - { uses: "${action}", with: ${inputs} }\n`;

describe('well-known actions', () => {
  test.each([
    ['docker/setup-buildx-action@v3', '{}', ['moby/buildkit:buildx-stable-1']],
    ['docker/setup-buildx-action@v3', '{ driver: docker }', []],
    [
      'docker/setup-buildx-action@v3',
      '{ driver-opts: "network=host\\nimage=moby/buildkit:v0.12.0" }',
      ['moby/buildkit:v0.12.0'],
    ],
    ['docker/setup-qemu-action@v3', '{}', ['docker.io/tonistiigi/binfmt:latest']],
    ['docker/setup-qemu-action@v3', '{ image: "mirror.example.com/binfmt" }', ['mirror.example.com/binfmt']],
    ['helm/kind-action@v1', '{}', ['kindest/node:v1.35.0']],
    [
      'helm/kind-action@v1',
      '{ node_image: "kindest/node:v1.30.0", registry: true }',
      ['kindest/node:v1.30.0', 'registry:2'],
    ],
    ['helm/kind-action@v1', '{ install_only: "true" }', []],
    ['engineerd/setup-kind@v0.6.2', '{ image: "kindest/node:v1.29.1" }', ['kindest/node:v1.29.1']],
    ['engineerd/setup-kind@v0.6.2', '{}', ['kindest/node:v1.31.0']],
    ['docker/setup-docker-action@v5', '{ version: v28 }', []],
    [
      'docker/setup-docker-action@v5',
      '{ version: "type=image,tag=28" }',
      ['moby/moby-bin:28', 'dockereng/cli-bin:28'],
    ],
    ['supercharge/mongodb-github-action@1.12.1', '{ mongodb-version: "6" }', ['docker:latest', 'mongo:6']],
    [
      'supercharge/mongodb-github-action@1.12.1',
      '{ mongodb-image: "public.ecr.aws/docker/library/mongo" }',
      ['docker:latest', 'public.ecr.aws/docker/library/mongo:latest'],
    ],
    [
      'supercharge/redis-github-action@v2',
      '{ redis-image: "redis/redis-stack" }',
      ['docker:latest', 'redis/redis-stack:latest'],
    ],
    ['mirromutth/mysql-action@v1.1', '{ mysql version: "8.0" }', ['docker:stable', 'mysql:8.0']],
    ['wagoid/commitlint-github-action@v6', '{}', ['wagoid/commitlint-github-action:6.2.1']],
    ['rojopolis/spellcheck-github-actions@0.65.0', '{}', ['jonasbn/github-action-spellcheck:0.65.0']],
    ['actions/checkout@v5', '{}', []],
    ['gradle/actions/setup-gradle@v5', '{}', []],
    ['docker/bake-action/subaction/matrix@v7', '{}', []],
    ['Docker/Login-Action@v3', '{}', []],
  ])('%s with %s', (action, inputs, expected) => {
    expect(imagesOfSteps(use(action, inputs))).toEqual(expected);
  });

  test.each([
    ['anchore/scan-action@v7', '{ image: "acme/web:1" }', ['acme/web:1?']],
    ['anchore/scan-action@v7', '{ path: "." }', []],
    ['anchore/sbom-action@v0', '{ image: "acme/web:1" }', ['acme/web:1?']],
    ['anchore/sbom-action/download-syft@v0', '{ image: "acme/web:1" }', []],
    ['bridgecrewio/checkov-action@v12', '{ docker_image: "acme/web:1" }', ['acme/web:1?']],
    ['aquasecurity/trivy-action@0.36.0', '{ image-ref: "acme/web:1" }', ['acme/web:1?']],
    ['aquasecurity/trivy-action@0.36.0', '{ scan-ref: "acme/web:1" }', ['acme/web:1?']],
    ['aquasecurity/trivy-action@0.36.0', '{ scan-type: fs, scan-ref: "src" }', []],
    ['aquasecurity/trivy-action@0.36.0', '{ input: web.tar }', []],
  ])('%s with %s may pull the image that it scans', (action, inputs, expected) => {
    expect(imagesOfSteps(use(action, inputs))).toEqual(expected);
  });

  test.each([
    ['sbom: true', ['docker/buildkit-syft-scanner:stable-1']],
    ['sbom: "generator=acme/scanner:1"', ['acme/scanner:1']],
    ['attests: "type=sbom,generator=acme/scanner:2"', ['acme/scanner:2']],
    ['attests: "type=sbom,disabled=true"', []],
    ['attests: "type=provenance,mode=max"', []],
    ['sbom: false', []],
  ])('a build with %s pulls the scanner', (input, expected) => {
    const steps = use('docker/build-push-action@v6', `{ ${input} }`);
    expect(imagesOfSteps(steps, { Dockerfile: 'FROM scratch\n' })).toEqual(expected);
  });

  test('each run of a matrix pulls again, with its own values', () => {
    const workflow = `on: push
jobs:
  a:
    strategy: { matrix: { k8s: ["1.30", "1.31"] } }
    steps:
      - { uses: helm/kind-action@v1, with: { node_image: "kindest/node:v\${{ matrix.k8s }}" } }
`;
    const { workloads } = readFiles(workflow);
    expect(workloads.map(({ uses }) => uses.map(({ text }) => text))).toEqual([
      ['kindest/node:v1.30'],
      ['kindest/node:v1.31'],
    ]);
  });

  test('--ignore-action leaves out one, or all', () => {
    const steps = use('docker/setup-buildx-action@v3') + use('acme/deploy@v1');
    const ignoring = (...names: string[]) => imagesOfSteps(steps, {}, { ignoredActions: new Set(names) });
    expect(ignoring('acme/deploy')).toEqual(['moby/buildkit:buildx-stable-1']);
    expect(ignoring('acme/deploy', 'docker/setup-buildx-action')).toEqual([]);
    expect(ignoring('*')).toEqual([]);
  });
});

describe('actions that are not in the table', () => {
  test('are named', () => {
    expect(imagesOfSteps(use('acme/deploy/sub@v1'))).toEqual([
      '.github/workflows/a.yml:5:17: An action that is not read; a container action pulls images: acme/deploy/sub. If it pulls nothing, add --ignore-action acme/deploy/sub',
    ]);
  });

  test.each([
    ['an action of an owner whose other actions are known', 'actions/hello-world-docker-action'],
    ['an action that pulls the images of manifests', 'azure/k8s-deploy'],
    ['an action that builds', 'redhat-actions/buildah-build'],
    ['an action that runs what another file configures', 'pypa/cibuildwheel'],
    ['a sub-action of an action that pulls', 'helm/kind-action/other'],
  ])('%s', (_kind, action) => {
    expect(imagesOfSteps(use(`${action}@v1`))).toEqual([
      expect.stringContaining(`An action that is not read; a container action pulls images: ${action}.`),
    ]);
  });

  test('builds are named, unless their file is in the plan', () => {
    const build = use('docker/build-push-action@v6', '{ context: ./web }');
    expect(imagesOfSteps(build)).toEqual([
      '.github/workflows/a.yml:5:17: An image is built; add its file to the plan: web/Dockerfile',
    ]);
    expect(imagesOfSteps(build, { 'web/Dockerfile': 'FROM nginx\n' })).toEqual(['nginx']);
  });
});

describe('local actions', () => {
  const composite = (steps: string) => `runs:\n  using: composite\n  steps:\n${steps}`;

  test('are followed with their inputs, and not counted twice', () => {
    const action = `inputs: { tag: { default: "1" } }\n${composite(`    - { uses: "docker://acme/lint:\${{ inputs.tag }}" }\n`)}`;
    const files = { 'ci/lint/action.yml': action };
    expect(imagesOfSteps(use('./ci/lint'), files)).toEqual(['acme/lint:1']);
    expect(imagesOfSteps(use('./ci/lint', '{ TAG: 2 }'), files)).toEqual(['acme/lint:2']);
    expect(readFiles(files).workloads[0]?.uses.map(({ text }) => text)).toEqual(['acme/lint:1']);
  });

  test('that are images are read, and those that are built are named', () => {
    const image = 'runs: { using: docker, image: "docker://acme/x:1" }\n';
    expect(imagesOfSteps(use('./x'), { 'x/action.yaml': image })).toEqual(['acme/x:1']);
    const built = 'runs: { using: docker, image: Dockerfile }\n';
    expect(imagesOfSteps(use('./x'), { 'x/action.yml': built })).toEqual([
      'x/action.yml:1:31: An image is built; add its file to the plan: x/Dockerfile',
    ]);
    expect(imagesOfSteps(use('./x'), { 'x/action.yml': built, 'x/Dockerfile': 'FROM a' })).toEqual(['a']);
    expect(imagesOfSteps(use('./x'), { 'x/action.yml': 'runs: { using: node24, main: x.js }\n' })).toEqual(
      [],
    );
  });

  test('that are missing, or use each other without an end, are named', () => {
    expect(imagesOfSteps(use('./x'))).toEqual([
      '.github/workflows/a.yml:5:17: An action that is not in the plan; name its file too: x/action.yml',
    ]);
    const loop = { 'x/action.yml': composite('    - uses: ./x\n') };
    expect(imagesOfSteps(use('./x'), loop)).toEqual([
      'x/action.yml:4:13: Actions that use each other more than 10 deep: ./x',
    ]);
  });

  test('that fan out are limited', () => {
    const files = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [
        `x${i}/action.yml`,
        composite(`    - uses: ./x${i + 1}\n`.repeat(20)),
      ]),
    );
    expect(imagesOfSteps(use('./x0'), files)).toContain(
      '.github/workflows/a.yml:1:1: More than 10000 steps in one document',
    );
  });
});

describe('called workflows', () => {
  const callee = `on: { workflow_call: { inputs: { image: { type: string, default: "node:1" } } } }
jobs:
  test: { runs-on: x, container: "\${{ inputs.image }}" }
`;
  const call = (inputs: string) =>
    `on: push\njobs:\n  a:\n    strategy: { matrix: { v: [1, 2] } }\n    uses: ./.github/workflows/b.yml\n    with: ${inputs}\n`;

  test('are read once for each call, with their inputs', () => {
    const files = {
      '.github/workflows/a.yml': call(`{ image: "node:\${{ matrix.v }}" }`),
      '.github/workflows/b.yml': callee,
    };
    const read = readFiles(files);
    expect(read.workloads.map(({ name, uses }) => [name, uses[0]?.file, uses[0]?.text])).toEqual([
      ['a (1) / test', '.github/workflows/b.yml', 'node:1'],
      ['a (2) / test', '.github/workflows/b.yml', 'node:2'],
    ]);
    expect(problemsIn(read)).toEqual([]);
  });

  test('are read by themselves if no other file calls them', () => {
    expect(readFiles({ 'b.yml': callee }).workloads.map(({ name }) => name)).toEqual(['test']);
  });

  test('are named if they are not in the plan, or call themselves', () => {
    const problems = (files: Record<string, string>) => problemsIn(readFiles(files));
    expect(problems({ 'a.yml': call('{}') })).toEqual([
      'a.yml:5:11: A called workflow is not in the plan: ./.github/workflows/b.yml',
    ]);
    const remote = 'on: push\njobs: { a: { uses: acme/ci/.github/workflows/x.yml@v1 } }\n';
    expect(problems({ 'a.yml': remote })).toEqual([
      'a.yml:2:20: A called workflow is not in the plan: acme/ci/.github/workflows/x.yml@v1',
    ]);
    const loop = 'on: push\njobs: { a: { uses: ./.github/workflows/a.yml } }\n';
    expect(problems({ '.github/workflows/a.yml': loop })).toEqual([
      '.github/workflows/a.yml:2:20: A workflow calls itself: ./.github/workflows/a.yml',
    ]);
  });
});
