import { describe, expect, test } from 'vitest';
import { copiesIn, imagesIn, problemsIn, readFiles } from '../planned.ts';

describe('readCompose()', () => {
  test('finds the image of each service, with its policy and platform', () => {
    const read = readFiles(`name: shop
services:
  web:
    image: nginx:1
    pull_policy: always
  db: { image: "postgres:18", platform: linux/arm64 }
  cache: { image: redis, pull_policy: never }
`);
    expect(imagesIn(read)).toEqual([
      '4:12 web docker.io/library/nginx:1',
      '6:16 db docker.io/library/postgres:18',
      '7:19 cache docker.io/library/redis:latest',
    ]);
    const uses = read.workloads.flatMap((workload) => workload.uses);
    expect(uses.map(({ policy, platforms }) => [policy, ...platforms])).toEqual([
      ['always'],
      ['if-not-present', 'linux/arm64'],
      ['never'],
    ]);
  });

  test('does not pull what it builds, unless it is set to', () => {
    const read = readFiles({
      'compose.yml': `services:
  web: { image: "acme/web:1", build: ./web }
  api: { image: "acme/api:1", build: { context: . }, pull_policy: always }
`,
      'web/Dockerfile': 'FROM nginx:1\n',
    });
    expect(imagesIn(read)).toEqual([
      '3:17 api docker.io/acme/api:1',
      '1:6 stage 0 docker.io/library/nginx:1',
    ]);
    expect(problemsIn(read)).toEqual([]);
  });

  test('states which Dockerfile is missing', () => {
    expect(
      problemsIn(
        readFiles('services:\n  web:\n    build: { context: ./web, dockerfile: prod.Dockerfile }\n'),
      ),
    ).toEqual(['a.yml:3:12: web is built; add its Dockerfile to the plan: web/prod.Dockerfile']);
  });

  test('fills variables in', () => {
    const text = `services:\n  a: { image: "\${REGISTRY:-}nginx:\${TAG:-1}" }\n  b: { image: "redis:$TAG" }\n`;
    expect(imagesIn(readFiles(text, { variables: new Map([['TAG', '8']]) }))).toEqual([
      '2:15 a docker.io/library/nginx:8',
      '3:15 b docker.io/library/redis:8',
    ]);
    expect(problemsIn(readFiles(text))).toEqual(['a.yml:3:15: A variable without a value: redis:$TAG']);
  });

  test('merges keys, follows anchors, and looks up what a service extends', () => {
    const text = `x-base: &base { image: "nginx:1" }
services:
  a: { <<: *base, restart: always }
  b: { extends: a }
  c: { extends: { service: b } }
`;
    expect(imagesIn(readFiles(text))).toHaveLength(3);
  });

  test.each([
    { criterion: 'replicas', service: 'deploy: { replicas: 3 }', pods: { low: 3, high: 3 } },
    { criterion: 'scale', service: 'scale: 2', pods: { low: 2, high: 2 } },
    {
      criterion: 'every node',
      service: 'deploy: { mode: global }',
      pods: { everyNode: true, isSelective: false },
    },
    { criterion: 'profiles that are not started', service: 'profiles: [debug]', pods: { low: 0, high: 0 } },
  ])('counts $criterion', ({ service, pods }) => {
    expect(copiesIn(readFiles(`services:\n  a: { image: nginx, ${service} }\n`)).pods).toEqual(pods);
  });

  test('starts the given profiles', () => {
    const text = 'services:\n  a: { image: nginx, profiles: [debug] }\n';
    for (const profile of ['debug', '*']) {
      expect(copiesIn(readFiles(text, { profiles: new Set([profile]) })).pods).toEqual({ low: 1, high: 1 });
    }
  });

  test('leaves out what stands in other files', () => {
    const text = 'include: [other.yml]\nservices:\n  a: { extends: { file: b.yml, service: c } }\n';
    expect(problemsIn(readFiles(text))).toEqual([
      'a.yml:1:1: An include is not followed; name the included files too',
      expect.stringMatching(/^a.yml:3:17: A service of another file is not read/),
    ]);
  });
});
