import { describe, expect, test } from 'vitest';
import type { ReadOptions } from '../../../src/planner/source-file.ts';
import { imagesIn, problemsIn, readFiles } from '../planned.ts';

function read(text: string, options: Partial<ReadOptions> = {}) {
  return readFiles({ Dockerfile: text }, options);
}

describe('readDockerfile() finds', () => {
  test.each<{ criterion: string; text: string; images: string[]; options?: Partial<ReadOptions> }>([
    {
      criterion: 'one stage',
      text: 'FROM nginx:1\nRUN x\n',
      images: ['1:6 stage 0 docker.io/library/nginx:1'],
    },
    {
      criterion: 'every stage but those that build on a stage, or on nothing',
      text: 'from node:24 as Build\nFROM build AS test\nFROM scratch\nCOPY --from=build /a /a\n',
      images: ['1:6 Build docker.io/library/node:24'],
    },
    {
      criterion: 'what files are copied from',
      text: 'FROM a/b\nCOPY --chown=1:1 --from=c/d:1 / /\nADD --from=e/f / /\nCOPY --from=0 / /\n',
      images: [
        '1:6 stage 0 docker.io/a/b:latest',
        '2:25 stage 0 docker.io/c/d:1',
        '3:12 stage 0 docker.io/e/f:latest',
      ],
    },
    {
      criterion: 'what is mounted',
      text: 'FROM a\nRUN --mount=type=cache,target=/x --mount=type=bind,from=b/c:2,target=/y make\n',
      images: ['1:6 stage 0 docker.io/library/a:latest', '2:57 stage 0 docker.io/b/c:2'],
    },
    {
      criterion: 'the frontend',
      text: '# syntax=docker/dockerfile:1.7\n# escape=`\nFROM `\n  a\n',
      images: ['1:10 syntax docker.io/docker/dockerfile:1.7', '4:3 stage 0 docker.io/library/a:latest'],
    },
    {
      criterion: 'nothing in a directive below a comment',
      text: '# a comment\n# syntax=docker/dockerfile:1\nFROM a\n',
      images: ['3:6 stage 0 docker.io/library/a:latest'],
    },
    {
      criterion: 'arguments above the first stage, with their defaults',
      text: `ARG BASE=node\nARG V="24" TAIL=\${V}-slim\nFROM \${BASE}:$TAIL\nARG V=99\nFROM x:\${V}\n`,
      images: ['3:6 stage 0 docker.io/library/node:24-slim', '5:6 stage 1 docker.io/library/x:24'],
    },
    {
      criterion: 'given arguments, and defaults in the reference',
      text: `ARG V=1\nFROM a:\${V}\nFROM b:\${W:-2}\nFROM c:\${V:+3}\n`,
      options: { variables: new Map([['V', '9']]) },
      images: [
        '2:6 stage 0 docker.io/library/a:9',
        '3:6 stage 1 docker.io/library/b:2',
        '4:6 stage 2 docker.io/library/c:3',
      ],
    },
    {
      criterion: 'nothing in heredocs',
      text: 'FROM a\nRUN <<EOF cat <<-"END"\nFROM no\nEOF\n\tFROM no\n\tEND\nCOPY <<x /x\nFROM no\nx\nFROM b\n',
      images: ['1:6 stage 0 docker.io/library/a:latest', '10:6 stage 1 docker.io/library/b:latest'],
    },
    {
      criterion: 'continued lines, with comments and empty ones between them',
      text: 'FROM \\\n# not FROM x\n\n  --platform=linux/arm64 \\\n  a:1 \\\n  AS b\nRUN a \\\n  FROM c\n',
      images: ['5:3 b docker.io/library/a:1'],
    },
    {
      criterion: 'lines of Windows',
      text: 'FROM a\r\nRUN b\r\nFROM c\r\n',
      images: ['1:6 stage 0 docker.io/library/a:latest', '3:6 stage 1 docker.io/library/c:latest'],
    },
  ])('$criterion', ({ text, images, options }) => {
    const found = read(text, options);
    expect(imagesIn(found)).toEqual(images);
    expect(problemsIn(found)).toEqual([]);
  });

  test('platforms, where a stage is not for those of the build', () => {
    const text = `FROM a\nFROM --platform=linux/arm64 b\nFROM --platform=$BUILDPLATFORM c\nFROM --platform=\${TARGETPLATFORM} d\n`;
    const uses = read(text).workloads[0]?.uses ?? [];
    expect(uses.map(({ platforms }) => platforms)).toEqual([[], ['linux/arm64'], ['linux/amd64'], []]);
  });

  test('which stages the last one needs, or the target', () => {
    const text = 'FROM a AS a\nFROM b AS b\nFROM c AS c\nCOPY --from=a / /\n';
    const optional = (target?: string) =>
      read(text, { target }).workloads[0]?.uses.map(({ isOptional }) => isOptional);
    expect(optional()).toEqual([false, true, false]);
    expect(optional('b')).toEqual([true, false, true]);
  });
});

describe('readDockerfile() leaves out', () => {
  test.each([
    { what: 'a FROM of nothing', text: 'FROM\n', problem: 'Dockerfile:1:1: Not a FROM:' },
    {
      what: 'a variable without a value',
      text: 'ARG V\nFROM a:$V\n',
      problem: 'Dockerfile:2:6: A variable without a value: a:$V',
    },
    { what: 'a file without a stage', text: 'RUN x\n', problem: 'Dockerfile:1:1: A Dockerfile without FROM' },
    {
      what: 'a reference that is none',
      text: 'FROM A:b:c\n',
      problem: 'Dockerfile:1:6: Repository name must be lower case: library/A',
    },
  ])('$what', ({ text, problem }) => {
    expect(problemsIn(read(text))[0]).toBe(problem);
  });

  test('a target that is no stage', () => {
    expect(problemsIn(read('FROM a\n', { target: 'test' }))).toEqual([
      'Dockerfile:1:1: There is no such stage: test',
    ]);
  });
});

describe('readSource() recognizes a Dockerfile', () => {
  test.each(['Dockerfile', 'x/Dockerfile.dev', 'web.dockerfile', 'Containerfile', '-'])(
    'called %s',
    (name) => {
      expect(imagesIn(readFiles({ [name]: '# a comment\n\nFROM a\n' }))).toHaveLength(1);
    },
  );
});
