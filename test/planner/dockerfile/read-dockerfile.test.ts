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
      text: 'FROM a/b\nCOPY --chown=1:1 --from=c/d:1 / /\nCOPY --from=0 / /\n',
      images: ['1:6 stage 0 docker.io/a/b:latest', '2:25 stage 0 docker.io/c/d:1'],
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
      criterion: 'a line that continues within a word',
      text: 'FROM ngi\\\nnx:1\nRUN a \\\\\nRUN b\n',
      images: ['1:1 stage 0 docker.io/library/nginx:1'],
    },
    {
      criterion: 'heredocs with any delimiter',
      text: 'FROM a\nRUN <<EOF.1 cat 3<<-"E F" && cat << \'x\'\nFROM n\nEOF.1\nFROM o\n\tE F\nx\nRUN cat <<"a"b\nFROM p\nab\nFROM b\n',
      images: ['1:6 stage 0 docker.io/library/a:latest', '11:6 stage 1 docker.io/library/b:latest'],
    },
    {
      criterion: 'no heredoc in quotes, JSON, arithmetic or another instruction',
      text: 'FROM a\nRUN echo "<<X"\nRUN ["cat", "<<Y"]\nRUN cat <<< z\nENV A=<<W\nFROM b\n',
      images: ['1:6 stage 0 docker.io/library/a:latest', '6:6 stage 1 docker.io/library/b:latest'],
    },
    {
      criterion: 'flags only before the arguments',
      text: 'FROM a\nRUN echo --mount=from=b\nCOPY x --from=c y\nRUN -- --mount=from=d x\nRUN --mount="type=bind,from=e" --mount=type=bind,"from=f",target=/x y\n',
      images: [
        '1:6 stage 0 docker.io/library/a:latest',
        '5:29 stage 0 docker.io/library/e:latest',
        '5:56 stage 0 docker.io/library/f:latest',
      ],
    },
    {
      criterion: 'numbers as stages in COPY, and as images in mounts',
      text: 'FROM a\nRUN --mount=from=0,target=/x y\nCOPY --from=0 x y\n',
      images: ['1:6 stage 0 docker.io/library/a:latest', '2:18 stage 0 docker.io/library/0:latest'],
    },
    {
      criterion: 'stages that shadow images, in lower case',
      text: 'FROM a AS Nginx\nFROM nginx\nCOPY --from=NGINX x y\nRUN --mount=from=nGinx,target=/x y\n',
      images: ['1:6 Nginx docker.io/library/a:latest'],
    },
    {
      criterion: 'what ONBUILD copies, in stages that build on it',
      text: 'FROM a AS base\nONBUILD COPY --from=b x y\nFROM base\n',
      images: ['1:6 base docker.io/library/a:latest', '2:21 base docker.io/library/b:latest'],
    },
    {
      criterion: 'no ONBUILD without such a stage',
      text: 'FROM a\nONBUILD COPY --from=b x y\n',
      images: ['1:6 stage 0 docker.io/library/a:latest'],
    },
    {
      criterion: 'arguments of the platform',
      text: `FROM a:$TARGETARCH-$TARGETOS-\${TARGETVARIANT:-none}\nFROM b:\${TARGETPLATFORM//\\//-}\n`,
      images: [
        '1:6 stage 0 docker.io/library/a:arm-linux-v7',
        '2:6 stage 1 docker.io/library/b:linux-arm-v7',
      ],
      options: { platforms: ['linux/arm/v7'] },
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
    const platforms = (...given: string[]) =>
      read(text, { platforms: given }).workloads[0]?.uses.map((use) => use.platforms);
    expect(platforms('linux/amd64')).toEqual([[], ['linux/arm64'], [], []]);
    expect(platforms('linux/amd64', 'linux/s390x')).toEqual([[], ['linux/arm64'], ['linux/amd64'], []]);
  });

  test('stages that only some platforms need', () => {
    const text = `FROM one AS base-amd64\nFROM two AS base-arm64\nFROM base-$TARGETARCH\nFROM x:$TARGETARCH$TARGETVARIANT\nCOPY --from=2 / /\n`;
    const found = (...platforms: string[]) =>
      read(text, { platforms }).workloads[0]?.uses.map(
        (use) => `${use.text} ${use.platforms.join(',')}${use.isOptional ? ' not needed' : ''}`,
      );
    expect(found('linux/amd64')).toEqual(['one ', 'two  not needed', 'x:amd64 ']);
    expect(found('linux/amd64', 'linux/arm64/v8')).toEqual([
      'one linux/amd64',
      'two linux/arm64/v8',
      'x:amd64 linux/amd64',
      'x:arm64v8 linux/arm64/v8',
    ]);
  });

  test('an image as needed that only one of its stages is needed for', () => {
    const uses = read('FROM a AS x\nFROM b AS y\nFROM a AS z\n').workloads[0]?.uses ?? [];
    expect(uses.map(({ text, isOptional }) => [text, isOptional])).toEqual([
      ['a', false],
      ['b', true],
      ['a', false],
    ]);
  });

  test('which stages the last one needs, or the target', () => {
    const text = 'FROM a AS a\nFROM b AS b\nFROM c AS c\nCOPY --from=a / /\n';
    const optional = (target?: string) =>
      read(text, { target }).workloads[0]?.uses.map(({ isOptional }) => isOptional);
    expect(optional()).toEqual([false, true, false]);
    expect(optional('b')).toEqual([true, false, true]);
  });
});

describe('readDockerfile() substitutes', () => {
  // The expected values are those of BuildKit's own converter.
  test.each([
    ['$V', 'v1.2.3'],
    [`\${V#v}`, '1.2.3'],
    [`\${V#*.}`, '2.3'],
    [`\${V##*.}`, '3'],
    [`\${V%.*}`, 'v1.2'],
    [`\${V%%.*}`, 'v1'],
    [`\${V%.?}`, 'v1.2'],
    [`\${V/./-}`, 'v1-2.3'],
    [`\${V//./-}`, 'v1-2-3'],
    [`\${V/v*./x}`, 'x3'],
    [`\${V#"v"}`, '1.2.3'],
    [`\${V:+"quoted"}`, 'quoted'],
    [`\${V:+'x'}-\${V+y}`, 'x-y'],
    [`\${EMPTY:-d}\${EMPTY-e}`, 'd'],
    [`\${EMPTY:+d}\${EMPTY+e}`, 'e'],
    [`\${NONE:-\${NONE:-\${V%.*}}}`, 'v1.2'],
    [`\${NONE:-"a"}b`, 'ab'],
    [`\${V:?never}`, 'v1.2.3'],
    [`"\${V}"`, 'v1.2.3'],
    [`x\${NONE+unset}`, 'x'],
    ['\\x\\y', 'xy'],
  ])('%s', (written, tag) => {
    const found = read(`ARG V=v1.2.3\nARG EMPTY=\nFROM a:${written}\n`);
    expect(imagesIn(found)).toEqual([`3:6 stage 0 docker.io/library/a:${tag}`]);
    expect(problemsIn(found)).toEqual([]);
  });

  test('values of earlier arguments, and the given value only of a declared one', () => {
    const text = `ARG A=1 B="\${A}.2"\nARG B=\${B}-x\nFROM a:$B\nFROM b:\${C:-none}\nFROM c:\${A}\n`;
    expect(
      imagesIn(
        read(text, {
          variables: new Map([
            ['C', '9'],
            ['A', '7'],
          ]),
        }),
      ),
    ).toEqual([
      '3:6 stage 0 docker.io/library/a:7.2-x',
      '4:6 stage 1 docker.io/library/b:none',
      '5:6 stage 2 docker.io/library/c:7',
    ]);
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
    {
      what: 'a required variable without a value',
      text: `FROM a:\${V:?version}\n`,
      problem: 'Dockerfile:1:6: V: version',
    },
    {
      what: 'an unknown operator',
      text: `ARG V=1\nFROM a:\${V^^}\n`,
      problem: 'Dockerfile:2:6: Not an operator of variables: ^',
    },
    { what: 'an empty base', text: 'ARG V=\nFROM $V\n', problem: 'Dockerfile:2:6: The image is empty: $V' },
    {
      what: 'a flag that the instruction does not have',
      text: 'FROM a\nADD --from=e/f / /\n',
      problem: 'Dockerfile:2:1: ADD has no flag --from',
    },
    {
      what: 'a variable in --from',
      text: 'ARG V=1\nFROM a\nCOPY --from=b:$V / /\n',
      problem: 'Dockerfile:3:1: Variables are not substituted in --from=b:$V',
    },
    {
      what: 'a variable in a mount',
      text: 'FROM a\nRUN --mount=from=$V,target=/x y\n',
      problem: 'Dockerfile:2:1: Variables are not substituted in a mount: from=$V',
    },
    {
      what: 'the number of a stage that is not there',
      text: 'FROM a\nCOPY --from=3 / /\n',
      problem: 'Dockerfile:2:1: There is no such stage: 3',
    },
    {
      what: 'what follows a heredoc without an end',
      text: 'FROM a\nRUN <<EOF\nFROM b\n',
      problem: 'Dockerfile:2:1: A heredoc without an end: EOF',
    },
    {
      what: 'an unknown instruction',
      text: 'FROM a\nFORM b\n',
      problem: 'Dockerfile:2:1: Not an instruction: FORM',
    },
    {
      what: 'the language of another frontend',
      text: '# syntax=r2d4/mocker\napiVersion: v1alpha1\n',
      problem: 'Dockerfile:1:10: The language of this frontend is not read: r2d4/mocker',
    },
  ])('$what', ({ text, problem }) => {
    expect(problemsIn(read(text))[0]).toBe(problem);
  });

  test('only a prefix without a value, and counts the image as Docker does', () => {
    const found = read(`ARG REGISTRY\nFROM \${REGISTRY}node:24\n`);
    expect(imagesIn(found)).toEqual(['2:6 stage 0 docker.io/library/node:24']);
    expect(problemsIn(found)).toEqual([`Dockerfile:2:6: A variable without a value: \${REGISTRY}node:24`]);
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
