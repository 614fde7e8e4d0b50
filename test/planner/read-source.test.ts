import { describe, expect, test } from 'vitest';
import { imagesIn, problemsIn, readFiles } from './planned.ts';

const UNKNOWN =
  'Not understood: neither a Kubernetes object, nor a Compose file, nor a workflow, nor a pipeline';
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
    const read = readFiles({ 'big.yml': 'a'.repeat(68_000_000), 'pod.yml': POD });
    expect(problemsIn(read)).toEqual(['big.yml:1:1: Too large: 65 MiB. Allowed: 64 MiB']);
    expect(imagesIn(read)).toHaveLength(1);
  });

  test('reads the other documents of a file with a document that is too large', () => {
    const read = readFiles(`${POD}---\nkind: "${'a'.repeat(11_000_000)}"\n---\n${POD}`);
    expect(problemsIn(read)).toEqual(['a.yml:4:4: A document of 11 MiB. Allowed: 10 MiB']);
    expect(imagesIn(read)).toHaveLength(2);
  });

  test('reads a file of 12 MiB whose documents are small', () => {
    const definition = `---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: "${'a'.repeat(1_048_576)}"\n`;
    const read = readFiles(`${definition.repeat(12)}---\n${POD}`);
    expect(problemsIn(read)).toEqual([]);
    expect(imagesIn(read)).toHaveLength(1);
  });

  test('refuses what is no text', () => {
    expect(problemsIn(readFiles('a\0b'))).toEqual(['a.yml:1:1: Not text']);
  });

  test('names files of a folder that hold nothing a plan is made of', () => {
    const files = { 'values.yaml': 'replicas: 1\n', 'empty.yml': '', 'list.yml': '- a\n', 'pod.yml': POD };
    const read = readFiles(files, { isFromFolder: true });
    expect(read.unrecognised).toEqual(['values.yaml', 'empty.yml', 'list.yml']);
    expect(problemsIn(read)).toEqual([]);
  });

  test('reports files that the user named and no reader understands', () => {
    const files = { 'values.yaml': 'replicas: 1\n', 'empty.yml': '', 'list.yml': '- a\n', 'pod.yml': POD };
    expect(problemsIn(readFiles(files))).toEqual([
      `values.yaml:1:1: ${UNKNOWN}`,
      'empty.yml:1:1: An empty file',
      `list.yml:1:1: ${UNKNOWN}`,
    ]);
  });

  test.each([
    { what: 'values of a chart', text: 'web: { image: { repository: nginx, tag: 1 } }\n' },
    { what: 'another format', text: 'build: { docker_image: nginx }\n' },
  ])('reports $what, even in a folder', ({ text }) => {
    const read = readFiles({ 'a.yml': text, 'pod.yml': POD }, { isFromFolder: true });
    expect(problemsIn(read)).toEqual([`a.yml:1:1: ${UNKNOWN}`]);
    expect(imagesIn(read)).toHaveLength(1);
  });

  test('reports a document of an unknown kind beside others', () => {
    const read = readFiles(`${POD}---\nreplicas: 1\n`);
    expect(problemsIn(read)).toEqual([`a.yml:5:1: ${UNKNOWN}`]);
    expect(imagesIn(read)).toHaveLength(1);
  });

  test.each([
    ['1.10', 'An image must be text: 1.10'],
    ['yes', 'An image must be text: yes'],
    ['0x1F', 'An image must be text: 0x1F'],
    ['[nginx]', 'An image must be text'],
    ['{ name: nginx }', 'An image must be text'],
  ])('invents no image from the value %s', (image, problem) => {
    const read = readFiles(
      `apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a, image: ${image} }] }\n`,
    );
    expect(problemsIn(read)).toEqual([`a.yml:3:40: ${problem}`]);
    expect(imagesIn(read)).toEqual([]);
  });

  test('reports the images that a reader neither counts nor declares passive', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nspec: { containers: [{ image: a }], strange: { image: nginx } }\n';
    expect(problemsIn(readFiles(text))).toEqual(['a.yml:3:55: An image that is not counted: nginx']);
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

describe('YAML that Kubernetes reads', () => {
  const pod = (value: string) =>
    `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: a\n      args: ${value}\n      image: nginx:1\n`;

  test.each([
    ['a list in brackets', '["x",\n  "y"\n]'],
    ['a list at the margin', '[\nx,\ny\n]'],
    ['a list with comments', '[x, # first\n  y, # second\n# third\n  z]'],
    ['a map in brackets', '{ a: 1,\n  b: [2,\n 3] }'],
    ['a quoted text', '"x\n  y\n\nz"'],
    ['a quoted text with escapes', '"curl \\\n  -H \\"A: b\\" \\\n  -X"'],
    ['a text in single quotes', "'x\ny''s\nz'"],
    ['Windows line ends', '"x\r\ny"\r'],
  ])('reads %s whose further lines are indented less than their key', (_, value) => {
    const read = readFiles(pod(value));
    const line = 7 + value.split('\n').length - 1;
    expect(problemsIn(read)).toEqual([]);
    expect(imagesIn(read)).toEqual([`${line}:14 a docker.io/library/nginx:1`]);
  });

  test.each([
    ['"x\n  y', 'a.yml:9:1: Not YAML: Missing closing "quote'],
    [
      '[x,\n  y',
      'a.yml:7:3: Not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ])('reports what has no end: %s', (value, problem) => {
    expect(problemsIn(readFiles(pod(value)))).toEqual([problem]);
  });
});
