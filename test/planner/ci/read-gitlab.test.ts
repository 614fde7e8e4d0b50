import { describe, expect, test } from 'vitest';
import { imagesIn, problemsIn, readFiles } from '../planned.ts';

describe('readGitlab()', () => {
  test('finds the image and the services of each job, its own, inherited or by default', () => {
    const read = readFiles(`default:
  image: ruby:3
  services: [postgres:18]
stages: [test]
.base:
  image: { name: "node:24", pull_policy: if-not-present }
test:
  extends: .base
  services:
    - { name: "redis:8", alias: cache }
  script: npm test
lint:
  script: rubocop
  parallel: 3
downstream:
  trigger: acme/other
`);
    expect(imagesIn(read)).toEqual([
      '6:18 test docker.io/library/node:24',
      '10:15 test docker.io/library/redis:8',
      '2:10 lint docker.io/library/ruby:3',
      '3:14 lint docker.io/library/postgres:18',
    ]);
    expect(read.workloads.map(({ name, copies }) => [name, copies.pods])).toEqual([
      ['test', { low: 1, high: 1 }],
      ['lint', { low: 3, high: 3 }],
    ]);
    expect(read.workloads[0]?.uses.map(({ policy }) => policy)).toEqual(['if-not-present', 'always']);
  });

  test('fills in variables of the pipeline, of the job, and given ones', () => {
    const text = `variables:
  NODE: "22"
  IMAGE: node:$NODE
a: { script: x, image: $IMAGE }
b: { script: x, image: $IMAGE, variables: { NODE: "24" } }
c: { script: x, image: "acme/c:$CI_COMMIT_SHA" }
`;
    const short = (images: string[]) => images.map((image) => image.split('/').at(-1));
    expect(short(imagesIn(readFiles(text)))).toEqual(['node:22', 'node:24']);
    expect(problemsIn(readFiles(text))).toEqual([
      'a.yml:6:24: A variable without a value: acme/c:$CI_COMMIT_SHA',
    ]);
    const given = new Map([
      ['CI_COMMIT_SHA', 'abc'],
      ['NODE', '26'],
    ]);
    expect(short(imagesIn(readFiles(text, { variables: given })))).toEqual(['node:26', 'node:26', 'c:abc']);
  });

  test('multiplies a parallel matrix', () => {
    const text =
      'a:\n  script: x\n  image: a\n  parallel: { matrix: [{ P: [x, y], Q: [1, 2, 3] }, { P: z }] }\n';
    expect(readFiles(text).workloads[0]?.copies.pods).toEqual({ low: 7, high: 7 });
  });

  test('leaves out includes, unless the included file is there', () => {
    const text = 'include:\n  - local: /ci/a.yml\n  - template: B.yml\na: { script: x, image: a }\n';
    const include = 'An include is not followed; plan the merged pipeline, or name the included file too';
    expect(problemsIn(readFiles(text))).toEqual([`a.yml:2:5: ${include}`, `a.yml:3:5: ${include}`]);
    const both = { '.gitlab-ci.yml': text, 'ci/a.yml': 'b: { script: x, image: b }\n' };
    expect(problemsIn(readFiles(both))).toEqual([`.gitlab-ci.yml:3:5: ${include}`]);
  });
});
