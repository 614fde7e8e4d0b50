import { describe, expect, test } from 'vitest';
import { imagesIn, problemsIn, readFiles } from './planned.ts';

/** In characters. Reading one of these files in quadratic time, or worse, would run into the test's time-out. */
const SIZE = 300_000;

function fill(part: string, bytes = SIZE): string {
  return part.repeat(Math.ceil(bytes / part.length));
}

function lines(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('\n');
}

/** Hostile Dockerfiles, each with how many images are found and what is named. */
const DOCKERFILES: readonly [what: string, text: string, images: number, problem: RegExp | undefined][] = [
  [
    'stages that each build on the one before',
    lines(19_000, (i) => `FROM ${i ? `s${i - 1}` : 'a'} AS s${i}`),
    1,
    undefined,
  ],
  ['65,000 stages', fill('FROM a\n', 65_000 * 7), 0, /^Dockerfile:1:1: More than 20000 stages/],
  [
    '40,000 copies from other stages',
    `FROM a AS s\nFROM s\n${fill('COPY --from=s a b\n', 40_000 * 18)}`,
    1,
    undefined,
  ],
  [
    '40,000 copies from names that are none',
    `FROM a\n${lines(40_000, (i) => `COPY --from=A${i} a b`)}`,
    0,
    /More than 20000 images/,
  ],
  ['19,000 mounts in one line', `FROM a\nRUN ${fill('--mount=from=b ', 19_000 * 15)}`, 19_001, undefined],
  [
    '19,000 mounts with a backslash behind each',
    `FROM a\nRUN ${fill('--mount=from=b\\\n ', 19_000 * 17)}`,
    19_001,
    undefined,
  ],
  [
    'heredocs without an end',
    `FROM a\n${lines(20_000, (i) => `RUN <<E${i}`)}`,
    1,
    /A heredoc without an end: E0/,
  ],
  ['heredocs that all end', `FROM a\n${fill('RUN <<E\nE\n')}`, 1, undefined],
  [
    'doubling ARG',
    `ARG A=aa\n${fill('ARG A=$A$A\n', 5_000)}FROM $A`,
    0,
    /Variables expand to more than 4096 characters/,
  ],
  [
    'defaults in defaults',
    `ARG A=\nFROM ${fill('${A:-', 500_000)}x${fill('}', 100_000)}`,
    0,
    /Variables are nested more than 50 deep/,
  ],
  ['a million braces', `FROM \${A:-${fill('{')}}`, 0, /longer than 1000/],
  ['newlines before something else', `${fill('\n', 19_000)}x`, 0, /A Dockerfile without FROM/],
  ['a directive of spaces', `#a=${fill(' ', 150_000)}x${fill(' ', 150_000)}y\nFROM a`, 1, undefined],
  ['flags without an image', `FROM ${fill('--a ')}`, 0, /Not a FROM/],
  [
    'patterns of many stars',
    `ARG A=${'a'.repeat(4_000)}\n${fill(`ARG B=\${A##${'*a'.repeat(50)}b}\n`, 40_000)}FROM x`,
    1,
    undefined,
  ],
  [
    'ONBUILD instructions of a stage that many build on',
    `FROM a AS s\n${fill('ONBUILD COPY --from=s a b\n', 100_000)}${fill('FROM s\n', 100_000)}`,
    1,
    undefined,
  ],
  ['a long reference', `FROM ${fill('a')}`, 0, /The image is longer than 1000 characters/],
];

/** The same for YAML. */
const YAML: readonly [what: string, text: string, images: number, problem: RegExp | undefined][] = [
  ['a million [', fill('['), 0, /nested more than 200 deep/],
  ['a million {', fill('{'), 0, /nested more than 200 deep/],
  ['"- - - -"', fill('- '), 0, /nested more than 200 deep/],
  ['"? ? ? ?"', fill('? '), 0, /nested more than 200 deep/],
  ['indentation', lines(1_300, (i) => `${' '.repeat(i)}a:`), 0, /nested more than 200 deep/],
  ['documents', fill('---\na\n', 200_000), 0, /More than 10000 documents in one file/],
  [
    'doubling aliases',
    `a0: &a0 [x, x]\n${lines(40, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)}`,
    0,
    /Aliases stand for more than/,
  ],
  [
    'doubling merges',
    `a0: &a0 {x: y}\n${lines(40, (i) => `a${i + 1}: &a${i + 1} {<<: [*a${i}, *a${i}]}`)}`,
    0,
    /Aliases stand for more than/,
  ],
  ['an anchor in itself', 'services: &a\n  b: *a\n', 0, /An anchor contains itself/],
  [
    'aliases of one long image',
    `x: &a {image: ${fill('a', 200_000)}}\nservices:\n${lines(3_000, (i) => `  s${i}: *a`)}`,
    0,
    /The image is longer than 1000 characters/,
  ],
  [
    'a GitLab job that extends itself six times',
    'a:\n  extends: [a, a, a, a, a, a]\n  image: nginx\n  script: x\n',
    1,
    /A job extends itself: a/,
  ],
  [
    'GitLab jobs that fan out',
    `.j0: {image: nginx}\n${lines(10, (i) => `.j${i + 1}: {extends: [${fill(`.j${i}, `, 40)}]}`)}\nrun: {script: x, extends: .j10}`,
    1,
    undefined,
  ],
  [
    'a chain of GitLab jobs',
    `j0: {script: x, image: nginx}\n${lines(3_000, (i) => `j${i + 1}: {script: x, extends: j${i}}`)}`,
    31,
    /A job extends more than 30 others/,
  ],
  [
    'services of all GitLab jobs',
    `default:\n  services: [${fill('a,', 20_000)}]\n${lines(3_000, (i) => `j${i}: {script: x}`)}`,
    0,
    /More than 20000 images/,
  ],
  [
    'variables of all GitLab jobs',
    `variables:\n${lines(3_000, (i) => `  V${i}: x`)}\n${lines(3_000, (i) => `j${i}: {script: x, image: "a:$V${i}"}`)}`,
    3_000,
    undefined,
  ],
  [
    'a chain of Compose services',
    `services:\n  s0: {image: nginx}\n${lines(3_000, (i) => `  s${i + 1}: {extends: s${i}}`)}`,
    21,
    /A service extends a chain of more than 20 others/,
  ],
  [
    'a Compose service that extends itself',
    'services:\n  a: {extends: a}\n',
    0,
    /A service extends itself: a/,
  ],
  [
    'a GitHub matrix of many axes',
    `on: push\njobs:\n  a:\n    container: "a:\${{ matrix.a0 }}"\n    strategy:\n      matrix:\n${lines(60, (i) => `        a${i}: [1,2,3,4,5,6,7,8]`)}`,
    256,
    undefined,
  ],
  [
    'a GitHub matrix of many values',
    `on: push\njobs:\n  a: {container: nginx, strategy: {matrix: {a: [${fill('1,', 100_000)}]}}}`,
    1,
    /A matrix of more than 1000 values/,
  ],
  [
    'GitHub jobs with a matrix and without a container',
    `on: push\njobs:\n${lines(1_500, (i) => `  j${i}: {strategy: {matrix: {a: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16], b: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}}}`)}`,
    0,
    undefined,
  ],
  [
    'GitHub expressions that multiply',
    `on: push\njobs:\n  a:\n    env: {A: ${fill('a', 3_000)}}\n    container: "${fill(`\${{ env.A }}`, 900)}"\n`,
    0,
    /Expressions expand to more than 4096 characters/,
  ],
  ['a huge key', `${fill('k')}: v`, 0, /Not YAML/],
  ['flow text without an end', `["${fill('a\n')}`, 0, /Not YAML/],
];

describe('readPlanFiles() reads in linear time, and names what is too much, for', () => {
  test.each(DOCKERFILES)('a Dockerfile of %s', (_what, text, images, problem) => {
    const read = readFiles({ Dockerfile: text });
    expect(imagesIn(read)).toHaveLength(images);
    expect(problemsIn(read)[0] ?? '').toMatch(problem ?? /^$/);
  });

  test.each(YAML)('YAML of %s', (_what, text, images, problem) => {
    const read = readFiles({ 'a.yml': text });
    expect(imagesIn(read)).toHaveLength(images);
    expect(problemsIn(read)[0] ?? '').toMatch(problem ?? /^$/);
  });

  test('many problems, of which it lists 1,000', () => {
    const read = readFiles({ Dockerfile: `FROM a\n${fill('COPY --from=A a b\n', 100_000)}` });
    expect(read.problems).toHaveLength(1_001);
    expect(read.problems.at(-1)?.message).toMatch(/^\d+ more problems are not listed$/);
  });
});
