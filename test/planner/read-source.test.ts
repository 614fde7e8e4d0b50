import { describe, expect, test } from 'vitest';
import { imagesIn, problemsIn, readFiles } from './planned.ts';

const POD = 'apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a, image: nginx }] }\n';

describe('readPlanFiles() counts the rest of a file with', () => {
  test.each([
    {
      what: 'a template of Helm',
      text: 'spec:\n  {{- if .Values.x }}\n  a: b\n  {{- end }}\n',
      problem: /^a.yml:6:3: A template that is not rendered/,
    },
    { what: 'a quote that never ends', text: 'a: "b\nc: d\n', problem: /^a.yml:\d+:\d+: Not YAML: / },
    { what: 'a bracket that never closes', text: 'a: [b\nc: d\n', problem: /^a.yml:\d+:\d+: Not YAML: / },
    {
      what: 'an alias without an anchor',
      text: 'a: &x b\nc: *y\n',
      problem: /^a.yml:6:4: (?:An alias has no anchor|Not YAML)/,
    },
    { what: 'an anchor in itself', text: 'a: &x [*x]\n', problem: /^a.yml:5:8: An anchor contains itself/ },
    {
      what: 'too deep a nest',
      text: `a: ${'['.repeat(20_000)}\n`,
      problem: /^a.yml:\d+:\d+: (?:Values are nested more than 200 deep|Not YAML)/,
    },
    {
      what: 'an image that is a template',
      text: 'apiVersion: v1\nkind: Pod\nspec: { containers: [{ image: "a:{{ .Values.tag }}" }] }\n',
      problem: /^a.yml:7:\d+: A template that is not filled in: a:\{\{ .Values.tag \}\}$/,
    },
  ])('$what', ({ text, problem }) => {
    const read = readFiles(`${POD}---\n${text}---\n${POD}`);
    expect(imagesIn(read)).toHaveLength(2);
    expect(problemsIn(read)).toEqual([expect.stringMatching(problem)]);
  });

  test('aliases that stand for a billion values', () => {
    const levels = Array.from(
      { length: 10 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`,
    );
    const read = readFiles(`${POD}---\nl0: &l0 lol\n${levels.join('\n')}\n`);
    expect(imagesIn(read)).toHaveLength(1);
    expect(problemsIn(read)).toEqual([
      expect.stringMatching(/^a.yml:\d+:\d+: Aliases stand for more than 100000 values$/),
    ]);
  });
});

describe('readPlanFiles()', () => {
  test('refuses a file that is too large, at once', () => {
    const read = readFiles({ 'big.yml': 'a: b\n'.repeat(10_500_000), 'pod.yml': POD });
    expect(problemsIn(read)).toEqual(['big.yml:1:1: Too large: 51 MiB. Allowed: 10 MiB']);
    expect(imagesIn(read)).toHaveLength(1);
  });

  test('refuses what is no text', () => {
    expect(problemsIn(readFiles('a\0b'))).toEqual(['a.yml:1:1: Not text']);
  });

  test('names files that hold nothing a plan is made of', () => {
    const read = readFiles({
      'values.yaml': 'image: { tag: 1 }\n',
      'empty.yml': '',
      'list.yml': '- a\n',
      'pod.yml': POD,
    });
    expect(read.unrecognised).toEqual(['values.yaml', 'empty.yml', 'list.yml']);
    expect(problemsIn(read)).toEqual([]);
  });

  test('keeps a tag as it is written, and uses the last of two equal keys', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a, image: x, image: "y:1.10" }] }\n';
    expect(imagesIn(readFiles(text))).toEqual(['3:50 a docker.io/library/y:1.10']);
  });

  test.each([
    { kustomization: 'resources: [a.yml]\nnamespace: x\n', problems: [] },
    {
      kustomization: 'resources: [a.yml]\nimages: [{ name: nginx, newTag: "2" }]\n',
      problems: [
        'kustomization.yml:2:1: A kustomization is not applied (images); plan the output of "kubectl kustomize"',
      ],
    },
    {
      kustomization: 'resources: [https://example.com/a.yml]\n',
      problems: [
        'kustomization.yml:1:1: A kustomization is not applied (resources); plan the output of "kubectl kustomize"',
      ],
    },
  ])('states what a kustomization would change: $kustomization', ({ kustomization, problems }) => {
    expect(problemsIn(readFiles({ 'kustomization.yml': kustomization }))).toEqual(problems);
  });
});
