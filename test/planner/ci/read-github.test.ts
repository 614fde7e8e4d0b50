import { describe, expect, test } from 'vitest';
import { imagesIn, problemsIn, readFiles } from '../planned.ts';

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
});
