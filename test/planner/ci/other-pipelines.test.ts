import { describe, expect, test } from 'vitest';
import { problemsIn, readFiles } from '../planned.ts';

/** The images of each job with the kind of file, and the problems. */
function read(text: string, name = 'ci.yml', options = {}): string[] {
  const found = readFiles({ [name]: text }, options);
  const images = found.workloads.flatMap(({ source, name: job, copies, uses }) => {
    const count = 'low' in copies.pods && copies.pods.low > 1 ? ` x${copies.pods.low}` : '';
    return uses.map(
      ({ text: image, isOptional }) => `${source} ${job} ${image}${isOptional ? '?' : ''}${count}`,
    );
  });
  return [...images, ...problemsIn(found)];
}

describe('readCircleci()', () => {
  const head = `version: 2.1
parameters: { node: { type: string, default: "24" } }
executors:
  main: { parameters: { tag: { type: string, default: "1" } }, docker: [{ image: "main:<< parameters.tag >>" }] }
  vm: { machine: { image: "ubuntu-2404:current" } }
jobs:
  a: { executor: main, parallelism: 3, steps: [checkout] }
  b: { parameters: { v: { type: string } }, docker: [{ image: "node:<< parameters.v >>" }, { image: "postgres:18" }] }
  c: { executor: { name: main, tag: "<< pipeline.parameters.node >>" } }
  d: { executor: vm }
  e: { executor: go/default }
  unused: { docker: [{ image: "unused:1" }] }
workflows:
  main:
    jobs: `;

  test.each([
    ['[a]', ['circleci a main:1 x3']],
    ['[{ b: { v: "22" } }]', ['circleci b node:22', 'circleci b postgres:18']],
    [
      '[{ b: { matrix: { parameters: { v: [1, 2] }, exclude: [{ v: 2 }] } } }]',
      ['circleci b node:1', 'circleci b postgres:18'],
    ],
    ['[c]', ['circleci c main:24']],
    ['[d, { hold: { type: approval } }]', []],
    ['[e]', ['ci.yml:11:18: An executor of an orb is not read: go/default']],
    ['[node/test]', ['ci.yml:15:12: A job of an orb is not read: node/test']],
    [
      '[{ b: {} }]',
      ['circleci b postgres:18', 'ci.yml:8:63: A parameter without a value: node:<< parameters.v >>'],
    ],
  ])('reads the jobs %s', (jobs, expected) => {
    expect(read(`${head}${jobs}\n`)).toEqual(expected);
  });

  test('reads the job `build` without workflows, and jobs of orbs in the file', () => {
    expect(read('version: 2\njobs: { build: { docker: [{ image: a }] } }\n')).toEqual(['circleci build a']);
    const orb =
      'version: 2.1\norbs: { my: { jobs: { t: { docker: [{ image: b }] } } } }\nworkflows: { w: { jobs: [my/t] } }\n';
    expect(read(orb)).toEqual(['circleci my/t b']);
  });

  test('names a configuration that is continued while it runs', () => {
    expect(read('version: 2.1\nsetup: true\nworkflows: { w: { jobs: [] } }\n')).toEqual([
      'ci.yml:2:8: A configuration that is continued while it runs is not known',
    ]);
  });
});

describe('readBitbucket()', () => {
  test('reads image, services and pipes of the steps of every pipeline', () => {
    const text = `image: { name: "node:24" }
definitions:
  services: { db: { image: "postgres:18" }, docker: { memory: 2048 } }
pipelines:
  default:
    - step: { name: Test, services: [db, docker], script: [npm test] }
    - parallel: { steps: [{ step: { image: "a:1", script: [x] } }, { step: { image: "b:1", script: [x] } }] }
    - stage: { steps: [{ step: { name: S, image: "c:1", script: [{ pipe: "atlassian/aws-s3-deploy:1.1.0" }] } }] }
  branches:
    main: [{ step: { name: D, script: [{ pipe: "docker://acme/deploy:2" }, { pipe: "acme/other:1" }] } }]
`;
    expect(read(text)).toEqual([
      'bitbucket default: Test node:24',
      'bitbucket default: Test postgres:18',
      'bitbucket default: step 2 a:1',
      'bitbucket default: step 3 b:1',
      'bitbucket default: S c:1',
      'bitbucket branches/main: D node:24?',
      'bitbucket branches/main: D acme/deploy:2?',
      'ci.yml:8:74: A pipe that is not read; its image is named in its repository: atlassian/aws-s3-deploy:1.1.0',
      'ci.yml:10:84: A pipe that is not read; its image is named in its repository: acme/other:1',
    ]);
  });

  test('names imported pipelines, missing services and wrong images', () => {
    const text =
      'pipelines: { default: { import: "shared:main:x" }, custom: { c: [{ step: { image: [a], services: [x] } }] } }\n';
    expect(read(text)).toEqual([
      'ci.yml:1:33: An imported pipeline is not read',
      'ci.yml:1:83: An image must be text',
      'ci.yml:1:99: A service that is not in the file: x',
    ]);
  });
});

describe('readWoodpecker()', () => {
  test('reads steps and services of Woodpecker, never as a Compose file', () => {
    const text = `matrix: { GO: ["1.25", "1.26"] }
steps:
  test: { image: "golang:\${GO}", commands: [go test] }
  publish: { image: woodpeckerci/plugin-docker-buildx, settings: { image: ignored } }
services:
  db: { image: "postgres:18" }
`;
    expect(read(text, '.woodpecker.yml')).toEqual([
      ...['1.25', '1.26'].flatMap((go) => [
        `woodpecker .woodpecker (${go}) postgres:18`,
        `woodpecker .woodpecker (${go}) golang:${go}`,
        `woodpecker .woodpecker (${go}) woodpeckerci/plugin-docker-buildx`,
      ]),
    ]);
  });

  test('reads pipelines of Drone, and names what it does not', () => {
    const text = `kind: pipeline
type: docker
name: main
steps: [{ name: a, image: "a:1", pull: never }]
services: [{ name: b, image: "b:1" }]
---
kind: pipeline
type: exec
name: host
steps: [{ name: c, commands: [x] }]
---
kind: secret
name: s
---
kind: template
load: x.yaml
`;
    expect(read(text)).toEqual([
      'drone main b:1',
      'drone main a:1',
      'ci.yml:15:1: A template of Drone is not read',
    ]);
    expect(read('pipeline: { t: { image: "node:10" } }\n')).toEqual(['woodpecker ci node:10']);
    expect(read(`steps: [{ name: a, image: "a:$TAG" }]\n`)).toEqual([
      'ci.yml:1:27: A variable without a value: a:$TAG',
    ]);
  });
});
