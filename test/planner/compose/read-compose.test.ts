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

  test('may pull what it builds', () => {
    const read = readFiles({
      'compose.yml': `services:
  web: { image: "acme/web:1", build: ./web }
  api: { image: "acme/api:1", build: { context: . }, pull_policy: always }
`,
      'web/Dockerfile': 'FROM nginx:1\n',
    });
    expect(imagesIn(read)).toEqual([
      '2:17 web docker.io/acme/web:1',
      '3:17 api docker.io/acme/api:1',
      '1:6 stage 0 docker.io/library/nginx:1',
    ]);
    expect(problemsIn(read)).toEqual([
      'compose.yml:3:38: api is built; add its Dockerfile to the plan: Dockerfile',
    ]);
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
});

describe('readCompose() substitutes variables as Compose does', () => {
  const variables = new Map([
    ['V', '1.2'],
    ['EMPTY', ''],
    ['REPO', 'a/b'],
  ]);

  // The expected values are those of compose-go.
  test.each([
    ['nginx:$V', 'library/nginx:1.2'],
    [`nginx:\${V}`, 'library/nginx:1.2'],
    [`\${REPO}:\${V}-x`, 'a/b:1.2-x'],
    [`nginx:\${NONE:-\${V}}`, 'library/nginx:1.2'],
    [`nginx:\${NONE-\${EMPTY:-\${V}}}-y`, 'library/nginx:1.2-y'],
    [`nginx:\${EMPTY:-3}\${EMPTY-4}`, 'library/nginx:3'],
    [`nginx:1\${V:+-\${V}}\${EMPTY:+x}\${EMPTY+y}`, 'library/nginx:1-1.2y'],
    [`nginx:\${V:?never}`, 'library/nginx:1.2'],
    [`\${NONE:-a}/\${NONE:-b}`, 'a/b:latest'],
  ])('%s', (image, expected) => {
    const read = readFiles(`services:\n  a:\n    image: ${image}\n`, { variables });
    expect(imagesIn(read)).toEqual([`3:12 a docker.io/${expected}`]);
    expect(problemsIn(read)).toEqual([]);
  });

  test.each([
    [`nginx:\${V:?give V}`, 'V: give V'],
    [`nginx:\${V`, `Invalid variables: nginx:\${V`],
    [`nginx:\${}`, `Invalid variables: nginx:\${}`],
    [`nginx:\${V!x}`, `Invalid variables: nginx:\${V!x}`],
    [`nginx:\${V}`, `A variable without a value: nginx:\${V}`],
  ])('and names %s', (image, problem) => {
    const read = readFiles(`services:\n  a:\n    image: ${image}\n`);
    expect(imagesIn(read)).toEqual([]);
    expect(problemsIn(read)).toEqual([`a.yml:3:12: ${problem}`]);
  });

  test('and counts what is left of an image with a variable without a value', () => {
    const read = readFiles(`services:\n  a: { image: "\${REGISTRY}nginx" }\n`);
    expect(imagesIn(read)).toEqual(['2:15 a docker.io/library/nginx:latest']);
    expect(problemsIn(read)).toEqual([`a.yml:2:15: A variable without a value: \${REGISTRY}nginx`]);
  });

  test('from .env, which given values override, and not from env_file', () => {
    const files = {
      'x/compose.yml': `services:\n  a: { image: "nginx:$A-$B-$C-$D-$E", env_file: other.env }\n  b: { image: "redis:$OTHER" }\n`,
      'x/.env': `# comment\nexport A=1 # not this\nB='$A'\nC="\${A}2"\nD=$A\nE=old\n`,
      'x/other.env': 'OTHER=7\n',
      '.env': 'OTHER=8\n',
    };
    const read = readFiles(files, {
      variables: new Map([
        ['E', 'new'],
        ['B', 'b'],
      ]),
    });
    expect(imagesIn(read)).toEqual(['2:15 a docker.io/library/nginx:1-b-12-1-new']);
    expect(problemsIn(read)).toEqual(['x/compose.yml:3:15: A variable without a value: redis:$OTHER']);
  });
});

describe('readCompose() reads a project of several files', () => {
  test('merges the override file', () => {
    const read = readFiles({
      'compose.override.yml': `services:
  web: { image: !reset null, build: . }
  db: { image: "postgres:18", volumes: !override [] }
  cache: { volumes: [{ type: image, source: "acme/two", target: /b }] }
  extra: { image: busybox }
`,
      'compose.yml': `services:
  web: { image: nginx }
  db: { image: "postgres:17", volumes: [{ type: image, source: acme/gone, target: /a }] }
  cache: { image: "redis:8", volumes: [{ type: image, source: "acme/one", target: /a }] }
`,
      Dockerfile: 'FROM node:24\n',
    });
    expect(imagesIn(read).toSorted()).toEqual(
      [
        '3:16 db docker.io/library/postgres:18',
        '4:19 cache docker.io/library/redis:8',
        '4:63 cache docker.io/acme/one:latest',
        '4:45 cache docker.io/acme/two:latest',
        '5:19 extra docker.io/library/busybox:latest',
        '1:6 stage 0 docker.io/library/node:24',
      ].toSorted(),
    );
    expect(problemsIn(read)).toEqual([]);
  });

  test('follows includes and services of other files, each once', () => {
    const read = readFiles({
      'compose.yml': `include:
  - team/compose.yml
  - path: [b/one.yml, b/two.yml]
    env_file: b/vars.env
services:
  web: { extends: { file: team/base.yml, service: web }, pull_policy: always }
`,
      'team/compose.yml': `services:\n  api: { image: "acme/api:$TAG" }\n`,
      'team/.env': 'TAG=5\n',
      'team/base.yml': `services:\n  web: { extends: common, build: ./site }\n  common: { image: nginx:1 }\n`,
      'team/site/Dockerfile': 'FROM alpine:3\n',
      'b/one.yml': `services:\n  x: { image: "x:$TAG" }\n`,
      'b/two.yml': `services:\n  x: { image: "y:$TAG" }\n`,
      'b/vars.env': 'TAG=6\n',
    });
    const names = read.workloads.slice(0, 3).map(({ name, uses }) => [name, ...uses.map(({ text }) => text)]);
    expect(names).toEqual([
      ['api', 'acme/api:5'],
      ['x', 'y:6'],
      ['web', 'nginx:1'],
    ]);
    expect(problemsIn(read)).toEqual([]);
  });

  test('names what is not in the plan', () => {
    const text = `include:
  - other.yml
  - oci://registry.example.com/x
services:
  a: { extends: { file: b.yml, service: c } }
  b: { extends: none }
`;
    expect(problemsIn(readFiles({ 'compose.yml': text }))).toEqual([
      'compose.yml:2:5: An include that is not in the plan; add the file: other.yml',
      'compose.yml:3:5: An include that is not in the plan; add the file: oci://registry.example.com/x',
      'compose.yml:5:17: A service of another file is not read; add the file to the plan: b.yml',
      'compose.yml:6:17: There is no service to extend: none',
    ]);
  });

  test('names files that include each other, and counts each once', () => {
    const read = readFiles({
      'a.yml': 'include: [b.yml]\nservices:\n  a: { image: nginx }\n',
      'b.yml': 'include: [a.yml]\nservices:\n  b: { image: redis }\n',
    });
    expect(imagesIn(read)).toEqual([
      '3:15 b docker.io/library/redis:latest',
      '3:15 a docker.io/library/nginx:latest',
    ]);
    expect(problemsIn(read)).toEqual(['b.yml:1:11: A file includes itself: a.yml']);
  });
});

describe('readCompose() reads builds', () => {
  test('with their arguments, target, contexts and platform', () => {
    const read = readFiles(
      {
        'app/compose.yml': `services:
  web:
    platform: linux/arm64
    build:
      context: ../
      dockerfile: ./docker/../docker/web.Dockerfile
      target: run
      args: [ "NODE=24", PLAIN ]
      additional_contexts: { base: "docker-image://acme/base:2", files: ./files }
`,
        'docker/web.Dockerfile': `ARG NODE=1
ARG PLAIN=old
FROM base AS one
FROM node:$NODE-$TARGETARCH AS run
COPY --from=files / /
COPY --from=one / /
FROM unused:$PLAIN
`,
      },
      { variables: new Map([['PLAIN', 'new']]) },
    );
    expect(
      read.workloads.flatMap(({ kind, copies, uses }) =>
        uses.map((use) => `${kind} ${copies.place} ${use.text} ${use.isOptional}`),
      ),
    ).toEqual([
      'build host acme/base:2 false',
      'build host node:24-arm64 false',
      'build host unused:new true',
    ]);
    expect(problemsIn(read)).toEqual([]);
  });

  test('inline, and names those that are not in the plan', () => {
    const read = readFiles(`services:
  a:
    build:
      dockerfile_inline: |
        FROM nginx:\${V:-1}
        RUN echo $$x
  b: { build: { context: "https://github.com/a/b.git" } }
  c: { build: { dockerfile: ../c/Dockerfile } }
`);
    expect(imagesIn(read)).toEqual(['4:26 stage 0 docker.io/library/nginx:1']);
    expect(problemsIn(read)).toEqual([
      'a.yml:7:15: b is built from a remote context, which is not read: https://github.com/a/b.git',
      'a.yml:8:15: c is built; add its Dockerfile to the plan: ../c/Dockerfile',
    ]);
  });

  test('that may be pulled: 0 to n', () => {
    const read = readFiles({
      'compose.yml': `services:
  a: { image: "acme/a", build: . }
  b: { image: "acme/b", build: ., pull_policy: build }
  c: { image: "acme/c", build: ., pull_policy: always }
`,
      Dockerfile: 'FROM alpine:3\n',
    });
    const uses = read.workloads.flatMap((workload) => workload.uses);
    expect(uses.map(({ text, policy, isOptional }) => [text, policy, isOptional])).toEqual([
      ['acme/a', 'if-not-present', true],
      ['acme/c', 'always', false],
      ['alpine:3', 'if-not-present', false],
      ['alpine:3', 'if-not-present', false],
      ['alpine:3', 'if-not-present', true],
    ]);
  });
});

describe('readCompose() counts', () => {
  test('images of volumes, of hooks before the start, and models', () => {
    const read = readFiles(
      `services:
  a:
    image: nginx
    volumes:
      - ./x:/x
      - { type: image, source: "acme/files:$V", target: /y }
    pre_start:
      - { image: "busybox:1", command: x }
      - { command: y }
    models: [llm]
models:
  llm: { model: ai/smollm2 }
  other: { model: ai/unused }
`,
      { variables: new Map([['V', '3']]) },
    );
    expect(imagesIn(read)).toEqual([
      '3:12 a docker.io/library/nginx:latest',
      '6:32 a docker.io/acme/files:3',
      '8:18 a docker.io/library/busybox:1',
      '12:17 a docker.io/ai/smollm2:latest',
    ]);
    expect(problemsIn(read)).toEqual([]);
  });

  test.each([
    { value: 'deploy: { replicas: 0 }', pods: { low: 0, high: 1 } },
    { value: 'scale: 0', pods: { low: 0, high: 1 } },
    { value: 'deploy: { replicas: $N }', pods: { low: 4, high: 4 } },
    { value: `scale: "\${N:-2}"`, pods: { low: 4, high: 4 } },
    { value: `scale: "\${M:-2}"`, pods: { low: 2, high: 2 } },
    { value: 'scale: 2, deploy: { replicas: 7 }', pods: { low: 2, high: 2 } },
  ])('$value', ({ value, pods }) => {
    const read = readFiles(`services:\n  a: { image: nginx, ${value} }\n`, {
      variables: new Map([['N', '4']]),
    });
    expect(copiesIn(read).pods).toEqual(pods);
    expect(problemsIn(read)).toEqual([]);
  });

  test.each([
    ['a: { image: [nginx] }', 'a.yml:2:15: An image must be text'],
    ['a: { image: 1.10 }', 'a.yml:2:15: An image must be text: 1.10'],
    ['a: { restart: always }', 'a.yml:2:6: A service without an image: a'],
    ['a: { image: nginx, scale: many }', 'a.yml:2:29: The number of containers is not known: many'],
    ['a: { provider: { type: cloud } }', 'a.yml:2:18: What the provider of a pulls is not known'],
  ])('not %s', (service, problem) => {
    expect(problemsIn(readFiles(`services:\n  ${service}\n`))).toEqual([problem]);
  });
});
