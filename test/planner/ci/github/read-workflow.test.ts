import { describe, expect, test } from 'vitest';
import { imagesIn, problemsIn, readFiles } from '../../planned.ts';

describe('readGithub()', () => {
  test('finds containers, services and docker:// steps', () => {
    const read = readFiles(`on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    container: node:24
    services:
      db: { image: "postgres:18" }
    steps:
      - uses: actions/checkout@v5
      - { name: Lint, uses: "docker://hadolint/hadolint:v2" }
  deploy:
    container: { image: "ghcr.io/acme/deploy:1" }
`);
    expect(imagesIn(read)).toEqual([
      '5:16 build docker.io/library/node:24',
      '7:20 db docker.io/library/postgres:18',
      '10:29 Lint docker.io/hadolint/hadolint:v2',
      '12:25 deploy ghcr.io/acme/deploy:1',
    ]);
    expect(read.workloads.map(({ name, copies }) => [name, copies.place])).toEqual([
      ['build', 'fresh'],
      ['deploy', 'fresh'],
    ]);
  });

  test('runs a job for each combination of its matrix, with exceptions and additions', () => {
    const read = readFiles(`on: push
env: { REGISTRY: docker.io }
jobs:
  test:
    strategy:
      matrix:
        node: [22, 24]
        db: [{ image: "postgres:18" }, { image: "mysql:9" }]
        exclude: [{ node: 22, db: { image: "mysql:9" } }]
        include: [{ node: 26, db: { image: "redis:8" } }, { flag: x }]
    container: "\${{ env.REGISTRY }}/library/node:\${{ matrix.node }}"
    services:
      db: { image: "\${{ matrix.db.image }}" }
`);
    expect(imagesIn(read).map((image) => image.replace(/^\S+ \S+ docker.io\/library\//, ''))).toEqual([
      ...['node:22', 'postgres:18', 'node:24', 'postgres:18', 'node:24', 'mysql:9', 'node:26', 'redis:8'],
    ]);
    expect(read.workloads[0]?.name).toBe('test (22, postgres:18, x)');
  });

  test('names a matrix that is made while it runs, and unknown variables', () => {
    const read = readFiles(`on: push
jobs:
  a:
    strategy: { matrix: "\${{ fromJSON(needs.x.outputs.y) }}" }
    container: node:24
  b:
    container: "node:\${{ vars.NODE }}"
`);
    expect(problemsIn(read)).toEqual([
      'a.yml:4:25: A matrix that is computed while the workflow runs; counted as one job',
      `a.yml:7:16: A template that is not filled in: node:\${{ vars.NODE }}`,
    ]);
    expect(imagesIn(read)).toHaveLength(1);
  });

  test('finds the image of an action', () => {
    const action = 'name: Lint\nruns: { using: docker, image: "docker://acme/lint:1" }\n';
    expect(imagesIn(readFiles({ 'action.yml': action }))).toEqual(['2:31 runs docker.io/acme/lint:1']);
  });

  /** The images of a job `a` with these lines, without lines, columns and hosts. */
  function imagesOfJob(job: string, head = '', options = {}): string[] {
    const read = readFiles(`on: push\n${head}jobs:\n  a:\n    runs-on: x\n${job}`, options);
    const images = read.workloads.flatMap(({ uses }) => uses.map(({ text }) => text));
    return [...images, ...problemsIn(read).map((problem) => problem.replace(/^a\.yml:\d+:\d+: /, '! '))];
  }

  const ofMatrix = (matrix: string, image: string) =>
    imagesOfJob(`    strategy: { matrix: ${matrix} }\n    container: "${image}"\n`);

  test.each([
    [
      'a map',
      `{ db: [{ name: pg, tag: 18 }, { name: my }] }`,
      `\${{ matrix.db.name }}:\${{ matrix.db.tag }}`,
      ['pg:18', 'my:'],
    ],
    ['a map by index', `{ db: [{ name: pg }] }`, `\${{ matrix['db']['name'] }}`, ['pg']],
    [
      'numbers, as GitHub reads them',
      `{ v: [3.10, "3.10", 18] }`,
      `p:\${{ matrix.v }}`,
      ['p:3.1', 'p:3.10', 'p:18'],
    ],
    ['JSON', `{ v: "\${{ fromJSON('[\\"a\\", \\"b\\"]') }}" }`, `\${{ matrix.v }}`, ['a', 'b']],
    [
      'JSON as a whole',
      `"\${{ fromJSON('{\\"include\\": [{\\"v\\": \\"a\\"}]}') }}"`,
      `\${{ matrix.v }}`,
      ['a'],
    ],
    ['a condition', `{ v: [a, b] }`, `\${{ matrix.v == 'a' && 'yes:1' || 'no:1' }}`, ['yes:1', 'no:1']],
    ['a condition without else', `{ v: [a, b] }`, `\${{ matrix.v == 'a' && 'yes:1' || '' }}`, ['yes:1']],
    ['null as no container', `{ v: [a, b] }`, `\${{ matrix.v == 'A' && 'yes:1' || null }}`, ['yes:1']],
    [
      'functions',
      `{ v: [a] }`,
      `\${{ format('{0}:{1}', matrix.v, join(fromJSON('[1,2]'), '.')) }}`,
      ['a:1.2'],
    ],
    ['braces in a text', `{ v: [a] }`, `\${{ matrix.v == '}}' && 'x' || 'y' }}`, ['y']],
    [
      'a partly excluded map',
      `{ a: [{ x: 1, y: p }, { x: 2, y: q }], exclude: [{ a: { x: 1 } }] }`,
      `\${{ matrix.a.y }}`,
      ['q'],
    ],
    [
      'a value that is not needed',
      `{ v: ["\${{ github.sha }}"], w: [a, b] }`,
      `\${{ matrix.w }}`,
      ['a', 'b'],
    ],
    ['a missing value', `{ v: [a] }`, `i:\${{ matrix.w.x || 'none' }}`, ['i:none']],
  ])('evaluates expressions of %s', (_what, matrix, image, expected) => {
    const found = ofMatrix(matrix, image);
    expect(found.map((text) => text.replace(/^! .*: (.*)$/, '$1'))).toEqual(expected);
  });

  test.each([
    [`{ v: [a], w: "\${{ fromJSON(needs.x.outputs.y) }}" }`, `\${{ matrix.w }}`],
    [`{ v: ["\${{ github.ref == 'main' && 'a' || 'b' }}"] }`, `\${{ matrix.v }}`],
    [`{ v: [a] }`, `\${{ github.event_name == 'push' && 'a' || 'b' }}`],
    [`{ v: [a] }`, `\${{ hashFiles('x') }}`],
    [`{ v: [a] }`, `\${{ constructor(matrix.v) }}`],
    [`{ v: [a] }`, `\${{ matrix.v`],
    [`{ v: [a] }`, `\${{ toJSON(secrets) }}`],
  ])('names what is not known before the run: %s %s', (matrix, image) => {
    const found = ofMatrix(matrix, image);
    expect(found.every((text) => text.startsWith('! '))).toBe(true);
    expect(found).toContain(`! A template that is not filled in: ${image}`);
  });

  test('reads the inputs of a workflow: given, by default, or not known', () => {
    const job = `    container: "node:\${{ inputs.v || github.event.inputs.v }}"\n`;
    const text = (input: string) =>
      `on:\n  workflow_dispatch:\n    inputs: { v: ${input} }\njobs:\n  a:\n${job}`;
    const images = (input: string, options = {}) => {
      const read = readFiles(text(input), options);
      return [...read.workloads.flatMap(({ uses }) => uses.map((use) => use.text)), ...problemsIn(read)];
    };
    expect(images('{ default: 24 }')).toEqual(['node:24']);
    expect(images('{ default: "1.10", type: string }')).toEqual(['node:1.10']);
    expect(images('{ default: 24 }', { variables: new Map([['v', '26']]) })).toEqual(['node:26']);
    const unknown = `a.yml:6:16: A template that is not filled in: node:\${{ inputs.v || github.event.inputs.v }}`;
    expect(images('{ required: true }')).toEqual([unknown]);
  });

  test('reads containers and services in every form', () => {
    expect(imagesOfJob('    container: ""\n    services: { a: { image: "" } }\n')).toEqual([]);
    expect(imagesOfJob('    container: { image: "docker://node:1", options: x }\n')).toEqual(['node:1']);
    expect(imagesOfJob('    container: { options: x }\n')).toEqual(['! An image must be text']);
    expect(imagesOfJob('    container: [node]\n')).toEqual(['! An image must be text']);
    const services = `\${{ fromJSON('{"a": {"image": "redis:8"}, "b": {"image": ""}}') }}`;
    expect(imagesOfJob(`    services: >-\n      ${services}\n`)).toEqual(['redis:8']);
    expect(imagesOfJob(`    container: >-\n      \${{ fromJSON('{"image": "node:2"}') }}\n`)).toEqual([
      'node:2',
    ]);
  });

  test('leaves out jobs and steps that never run', () => {
    expect(imagesOfJob('    if: false\n    container: node\n')).toEqual([]);
    expect(imagesOfJob(`    if: \${{ 'a' == 'b' }}\n    container: node\n`)).toEqual([]);
    expect(imagesOfJob("    if: github.ref == 'x'\n    container: node\n")).toEqual(['node']);
    expect(
      imagesOfJob(
        '    steps: [{ uses: "docker://a:1", if: false }, { uses: "docker://b:1", if: always() }]\n',
      ),
    ).toEqual(['b:1']);
    const matrix = '    strategy: { matrix: { v: [a, b] } }\n';
    expect(imagesOfJob(`${matrix}    steps: [{ uses: "docker://c:1", if: matrix.v == 'a' }]\n`)).toEqual([
      'c:1',
    ]);
  });
});
