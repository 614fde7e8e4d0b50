import { describe, expect, test } from 'vitest';
import { imagesIn, problemsIn, readFiles } from '../../planned.ts';

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

  /** The images of each job, `job image` with the number of runs, and the problems without the file. */
  function read(files: string | Record<string, string>, options = {}): string[] {
    const found = readFiles(typeof files === 'string' ? { '.gitlab-ci.yml': files } : files, options);
    const images = found.workloads.flatMap(({ name, copies, uses }) => {
      const count = 'low' in copies.pods && copies.pods.low > 1 ? ` x${copies.pods.low}` : '';
      return uses.map(({ text }) => `${name} ${text}${count}`);
    });
    return [...images, ...problemsIn(found).map((problem) => problem.replace('.gitlab-ci.yml:', '! '))];
  }

  test('merges maps of `extends`, the last parent first, and visits each parent once', () => {
    const text = `.a: { image: { name: "a:1", pull_policy: never }, variables: { V: "1", W: "1" } }
.b: { extends: .a, variables: { V: "2" } }
.c: { extends: .a, image: { name: "c:$V.$W" } }
job: { script: x, extends: [.c, .b, .c, .b] }
last: { script: x, extends: [.b, .c], image: { entrypoint: [""] } }
`;
    expect(read(text)).toEqual(['job a:1', 'last c:1.1']);
    const [, last] = readFiles(text).workloads;
    expect(last?.uses[0]?.policy).toBe('never');
  });

  test.each([
    ['itself', 'job: { script: x, image: a, extends: [job, job] }\n', 'A job extends itself: job'],
    [
      'each other',
      '.b: { extends: job }\njob: { script: x, image: a, extends: .b }\n',
      'A job extends itself: job',
    ],
    [
      'a missing job',
      'job: { script: x, image: a, extends: .gone }\n',
      'A job extends one that is not in the plan: .gone',
    ],
  ])('names jobs that extend %s', (_what, text, message) => {
    const [image, problem] = read(text);
    expect(image).toBe('job a');
    expect(problem).toMatch(new RegExp(`^! \\d+:\\d+: ${message.replace('.', '\\.')}$`));
  });

  test.each([
    ['an image', 'image: !reference [.a, image]', ['job a:1']],
    ['a part of a map', 'image: { name: !reference [.m, image, name] }', ['job m:1']],
    ['a list', 'image: b\n  services: !reference [.a, services]', ['job b', 'job s:1', 'job s:2']],
    [
      'an item of a list',
      'image: b\n  services: [!reference [.a, services], s:3]',
      ['job b', 'job s:1', 'job s:2', 'job s:3'],
    ],
    ['a reference', 'image: !reference [.r, image]', ['job a:1']],
    ['an inherited value', 'image: !reference [.e, image]', ['job a:1']],
    ['variables', 'image: "v:$V"\n  variables: !reference [.a, variables]', ['job v:7']],
    [
      'itself',
      'image: !reference [job, image]',
      ['! 7:10: A reference that contains itself, or is more than 10 deep: job, image'],
    ],
    [
      'nothing',
      'image: !reference [.gone, image]',
      ['! 7:10: A reference to a value that is not in the plan: .gone, image'],
    ],
  ])('resolves !reference to %s', (_what, lines, expected) => {
    const text = `.a: { image: "a:1", services: ["s:1", "s:2"], variables: { V: 7 } }
.m: { image: { name: "m:1" } }
.r: { image: !reference [.a, image] }
.e: { extends: .a }
job:
  script: x
  ${lines}
`;
    const [column] = /\[(?:job|\.gone), image\]/.exec(lines) ? ['20'] : [''];
    const found = read(text).map((line) => (column === '' ? line : line.replace(/^! 7:\d+/, '! 7:10')));
    expect(found).toEqual(expected);
  });

  test('names jobs that are references to themselves', () => {
    const text = '.a: !reference [.b]\n.b: !reference [.a]\nj: { script: x, extends: .a, image: i }\n';
    const found = read(text);
    expect(found[0]).toBe('j i');
    expect(found.slice(1).every((line) => /A reference to a value|A job extends one that/.test(line))).toBe(
      true,
    );
    expect(found.length).toBeGreaterThan(1);
  });

  test('inherits defaults and variables as `inherit` allows', () => {
    const job = (inherit: string) =>
      `default: { image: "d:$V", services: [s] }\nvariables: { V: "1" }\nj: { script: x, inherit: ${inherit} }\n`;
    expect(read(job('{}'))).toEqual(['j d:1', 'j s']);
    expect(read(job('{ default: false }'))).toEqual([]);
    expect(read(job('{ default: [image] }'))).toEqual(['j d:1']);
    expect(read(job('{ variables: [V], default: [image] }'))).toEqual(['j d:1']);
    expect(read(job('{ variables: false, default: [image] }'))).toEqual([
      '! 1:19: A variable without a value: d:$V',
    ]);
    expect(read('image: g\nj: { script: x, inherit: { default: false } }\n')).toEqual([]);
  });

  test('counts the images of a parallel matrix', () => {
    const text =
      'j: { script: x, image: "$I:$T", parallel: { matrix: [{ I: [a, b], T: ["1", "2"] }, { I: a, T: "1" }] } }\n';
    expect(read(text)).toEqual(['j a:1 x2', 'j a:2', 'j b:1', 'j b:2']);
  });

  test.each([
    ['rules: [{ when: never }]', []],
    ['rules: [{ if: "$A", when: never }, { when: never }]', []],
    ['rules: [{ when: never }, { if: "$A" }]', []],
    ['rules: [{ if: "$A", when: never }, { if: "$B" }]', ['j a']],
    ['rules: !reference [.r, rules]', []],
    ['rules: [!reference [.r, rules]]', []],
    ['when: manual', ['j a']],
    ['trigger: acme/x', ['! 2:39: A pipeline that a job starts is not in the plan']],
  ])('a job with %s', (rules, expected) => {
    const text = `.r: { rules: [{ when: never }] }\nj: { script: x, image: a, ${rules} }\n`;
    expect(read(text).map((line) => line.replace(/^! 2:\d+/, '! 2:39'))).toEqual(expected);
  });

  test('names an image that rules may change', () => {
    const text =
      'j: { script: x, image: "a:$V", variables: { V: "1" }, rules: [{ if: "$X", variables: { V: "2" } }] }\n';
    expect(read(text)).toEqual(['! 1:24: A variable without a value: a:$V']);
  });

  test('runs nothing if the workflow never runs', () => {
    expect(read('workflow: { rules: [{ when: never }] }\nj: { script: x, image: a }\n')).toEqual([]);
  });

  test.each([
    ['$CI_REGISTRY_IMAGE/build:$CI_COMMIT_SHA'],
    [`\${CI_REGISTRY}/acme/x`],
    [`\${CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX}/alpine:3`],
    ['$OWN/x:1'],
    ['registry.example.com/$CI_PROJECT_PATH:$TAG'],
  ])('does not count %s as an image of Docker Hub', (image) => {
    const text = `variables: { OWN: $CI_REGISTRY_IMAGE }\nj: { script: x, image: "${image}" }\n`;
    expect(read(text)).toEqual([]);
  });

  test.each([
    ['docker.io/acme/x:$TAG', '! 1:24: A variable without a value: docker.io/acme/x:$TAG'],
    ['$CI_PROJECT_PATH/x', '! 1:24: A variable without a value: $CI_PROJECT_PATH/x'],
    [`a:\${TAG:-1}`, `! 1:24: A variable without a value: a:\${TAG:-1}`],
    ['a:$A', '! 1:24: A variable without a value: a:$A'],
  ])('names %s, which may be an image of Docker Hub', (image, expected) => {
    expect(
      read(`j: { script: x, image: "${image}", variables: { A: $B, B: $A } }\n`).map((line) =>
        line.replace('a:$B', 'a:$A'),
      ),
    ).toEqual([expected]);
  });

  test('reads local includes with the defaults of the pipeline, and not twice', () => {
    const files = {
      '.gitlab-ci.yml':
        'include: [/ci/*.yml]\ndefault: { image: "d:1" }\n.base: { image: "b:2" }\nb: { image: "own:1" }\n',
      'ci/a.yml':
        'include: { local: ci/more/c.yml }\n.base: { image: "b:1" }\na: { script: x, extends: .base }\nb: { script: x, image: "b:0" }\n',
      'ci/more/c.yml': 'c: { script: x }\n',
    };
    expect(read(files)).toEqual(
      ['a b:2', 'b own:1', 'c d:1'].toSorted((x, y) => order(read(files), x) - order(read(files), y)),
    );
    expect(
      readFiles(files)
        .workloads.flatMap(({ uses }) => uses.map(({ file, text }) => `${file} ${text}`))
        .toSorted(),
    ).toEqual(['.gitlab-ci.yml b:2', '.gitlab-ci.yml d:1', '.gitlab-ci.yml own:1']);
  });

  test('reads inputs of included files', () => {
    const files = {
      '.gitlab-ci.yml': 'include: [{ local: t.yml, inputs: { v: "2" } }]\n',
      't.yml':
        'spec: { inputs: { v: { default: "1" }, w: {} } }\n---\nj: { script: x, image: "a:$[[ inputs.v ]]" }\nk: { script: x, image: "a:$[[ inputs.w ]]" }\n',
    };
    expect(read(files)).toEqual(['j a:2', 't.yml:4:24: A variable without a value: a:$[[ inputs.w ]]']);
    expect(read({ 't.yml': files['t.yml'] })[0]).toBe('j a:1');
  });

  test.each([
    'remote: "https://example.com/a.yml"',
    'template: Jobs/Build.gitlab-ci.yml',
    'project: acme/ci, file: a.yml',
    'component: $CI_SERVER_FQDN/acme/c@1',
    'local: gone.yml',
  ])('names an include that is not followed: %s', (entry) => {
    expect(read(`include: [{ ${entry} }]\nj: { script: x, image: a }\n`)).toEqual([
      'j a',
      '! 1:11: An include is not followed; plan the merged pipeline, or name the included file too',
    ]);
  });

  test('names images of the wrong shape', () => {
    expect(read('j: { script: x, image: [a] }\n')).toEqual(['! 1:24: An image must be text']);
    expect(read('j: { script: x, image: { entrypoint: [a] } }\n')).toEqual(['! 1:24: An image must be text']);
    expect(read('j: { script: x, image: a, services: [{ alias: b }] }\n')).toEqual([
      'j a',
      '! 1:38: An image must be text',
    ]);
  });
});

/** The position of a line in a list. */
function order(lines: readonly string[], line: string): number {
  return lines.indexOf(line);
}
