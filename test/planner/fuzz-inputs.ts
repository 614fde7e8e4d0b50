// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files
import fc from 'fast-check';

/** An input of the planner: the files of one plan. */
export type FuzzInput = Readonly<Record<string, string>>;

/** A value of YAML. `raw` is written as it is, such as a tag or an alias. */
type Tree =
  | string
  | number
  | boolean
  | null
  | { readonly raw: string }
  | Tree[]
  | { readonly [key: string]: Tree };

/** The words of one kind of file. */
interface Vocabulary {
  readonly keys: readonly string[];
  readonly texts: readonly string[];
  /** Texts that are not quoted. */
  readonly raw?: readonly string[];
}

const IMAGES = [
  'nginx',
  'a/b:1',
  'docker.io/library/x@sha256:0',
  'UPPER',
  'a:b:c',
  ' ',
  '',
  'x'.repeat(2_000),
  '../x',
  '\u0000',
];
const SCALARS: readonly Tree[] = [null, true, false, 0, -1, 1.5, 1e21, 999_999_999_999];

/** Returns trees of the words of a vocabulary, up to four levels deep. */
function trees({ keys, texts, raw = [] }: Vocabulary): fc.Arbitrary<Tree> {
  const text = fc.constantFrom<Tree>(...texts, ...IMAGES);
  const leaf = fc.oneof(
    { weight: 6, arbitrary: text },
    { weight: 2, arbitrary: fc.constantFrom(...SCALARS) },
    { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
    { weight: 1, arbitrary: fc.constantFrom<Tree>('', ...raw.map((word) => ({ raw: word }))) },
  );
  return fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 4 }),
    ),
  })).tree;
}

/** Formats a tree as flow YAML. */
function format(tree: Tree): string {
  if (tree === null || typeof tree !== 'object') return JSON.stringify(tree);
  if (Array.isArray(tree)) return `[${tree.map(format).join(', ')}]`;
  if ('raw' in tree && typeof tree.raw === 'string') return tree.raw;
  return `{${Object.entries(tree)
    .map(([key, value]) => `${key === '<<' ? key : JSON.stringify(key)}: ${format(value)}`)
    .join(', ')}}`;
}

/**
 * Returns documents whose sections are trees.
 * @param sections the text of a document; each `@` is replaced by a tree
 */
function documents(
  names: readonly string[],
  sections: readonly string[],
  words: Vocabulary,
): fc.Arbitrary<FuzzInput> {
  const document = fc
    .tuple(fc.constantFrom(...sections), fc.array(trees(words), { minLength: 8, maxLength: 8 }))
    .map(([section, values]) => {
      let next = 0;
      return section.replace(/@/g, () => format(values[next++ % values.length] ?? null));
    });
  return fc
    .array(document, { minLength: 1, maxLength: names.length })
    .map((texts) => Object.fromEntries(texts.map((text, i) => [names[i] ?? '', text])));
}

const GITHUB = documents(
  ['.github/workflows/a.yml', '.github/workflows/b.yml', 'x/action.yml'],
  [
    'on: @\nenv: @\njobs:\n  a: {container: @, services: @, strategy: {matrix: @}, steps: [@, {uses: @, with: @}], env: @}\n',
    'on: push\njobs:\n  a: {uses: "./.github/workflows/b.yml", with: @, strategy: {matrix: {v: @, include: @, exclude: @}}}\n  b: @\n',
    'on: {workflow_call: {inputs: @}}\njobs: {c: {container: "n:${{ inputs.a }}", steps: [{uses: "./x", with: @}], if: @}}\n',
    'inputs: @\nruns: {using: composite, image: @, steps: [{uses: @}, {uses: "./x"}, @]}\n',
  ],
  {
    keys: [
      'a',
      'b',
      'v',
      'image',
      'include',
      'exclude',
      'matrix',
      'uses',
      'with',
      'if',
      'default',
      'type',
      'steps',
      'constructor',
      '__proto__',
      '<<',
    ],
    texts: [
      ...[
        '${{ matrix.v }}',
        '${{ matrix.a.b || env.a }}',
        '${{ fromJSON(\'[1,{"a":2}]\') }}',
        '${{ format("{0}") }}',
        '${{',
      ],
      ...[
        "${{ format('{0}{0}', matrix.v) }}",
        '${{ toJSON(matrix) }}',
        '${{ inputs.a && inputs.b }}',
        '${{ a.*.b }}',
        'false',
      ],
      ...[
        'docker://a',
        './x',
        './',
        'docker/setup-buildx-action@v3',
        'helm/kind-action@v1',
        'o/r@1',
        './.github/workflows/a.yml',
      ],
      ...[
        "matrix.v == 'a'",
        '((((((((((',
        "'",
        'always()',
        '${{ constructor(1) }}',
        '${{ matrix[matrix.v] }}',
        '${{ !github.x }}',
      ],
    ],
  },
);

const GITLAB = documents(
  ['.gitlab-ci.yml', 'ci/a.yml', 'ci/b.yml'],
  [
    'include: @\ndefault: @\nvariables: @\n.a: @\n.b: {extends: @, image: @}\nj: {script: x, extends: @, image: @, services: @, parallel: @}\n',
    'include: [ci/a.yml, ci/*.yml, {local: ci/b.yml, inputs: @}]\nj: {script: x, image: @, rules: @, inherit: @, variables: @}\n.a: @\n',
    'spec: {inputs: @}\n---\n.a: @\nk: {script: x, image: "a:$[[ inputs.a ]]", services: @, variables: @}\n',
    '.a: &x @\nj: {script: x, <<: @, image: *x, trigger: @}\n',
  ],
  {
    keys: [
      'a',
      'b',
      '.a',
      '.b',
      'j',
      'image',
      'name',
      'services',
      'variables',
      'matrix',
      'extends',
      'rules',
      'when',
      'default',
      'local',
      'inputs',
      'value',
    ],
    texts: [
      '$a',
      '${b}',
      '$$',
      '$CI_REGISTRY_IMAGE/x',
      '.a',
      '.b',
      'j',
      'never',
      'ci/a.yml',
      'ci/**',
      '$[[ inputs.a ]]',
      '${a:-b}',
      '3',
    ],
    raw: [
      '!reference [.a, image]',
      '!reference [j, services]',
      '!reference [.b, a, b]',
      '!reference []',
      '!reference x',
    ],
  },
);

const CIRCLECI = documents(
  ['.circleci/config.yml'],
  [
    'version: 2.1\nparameters: @\nexecutors: {a: @, b: {docker: @, parameters: @}}\njobs: {a: @, b: {executor: @, parameters: @, docker: @, parallelism: @}}\nworkflows: {w: {jobs: [a, {b: @}, @]}}\n',
    'version: 2\njobs: {build: @}\norbs: @\nsetup: @\n',
  ],
  {
    keys: [
      'a',
      'b',
      'docker',
      'image',
      'parameters',
      'default',
      'executor',
      'name',
      'matrix',
      'exclude',
      'type',
      'jobs',
      'executors',
    ],
    texts: [
      'a',
      'b',
      'o/x',
      '<< parameters.a >>',
      '<<pipeline.parameters.b>>',
      '<< matrix.a >>',
      '<<',
      'approval',
      'n:<< parameters.b >>',
    ],
  },
);

const BITBUCKET = documents(
  ['bitbucket-pipelines.yml'],
  [
    'image: @\ndefinitions: {services: @}\npipelines: {default: [@, {step: @}, {parallel: @}, {stage: @}], branches: @, custom: {a: @}}\n',
  ],
  {
    keys: [
      'a',
      'step',
      'image',
      'name',
      'services',
      'script',
      'pipe',
      'parallel',
      'stage',
      'steps',
      'import',
    ],
    texts: ['a', 'docker', 'docker://a', 'atlassian/x:1', 'o/p:1', '$A', '${A}'],
  },
);

const WOODPECKER = documents(
  ['.woodpecker.yml', '.drone.yml'],
  [
    'matrix: @\nsteps: @\nservices: @\nclone: @\n',
    'kind: pipeline\ntype: @\nsteps: [@, {name: @, image: @, pull: @}]\n',
    'pipeline: @\nmatrix: {include: @}\n',
  ],
  {
    keys: ['a', 'b', 'image', 'name', 'pull', 'include', 'settings', 'commands'],
    texts: ['${a}', '$b', 'always', 'if-not-exists', 'n:${a}'],
  },
);

const COMPOSE = documents(
  ['compose.yml', 'b/compose.yml'],
  [
    'name: @\ninclude: @\nservices: {a: @, b: {image: @, build: @, extends: @, deploy: @, scale: @, profiles: @}}\n',
    'services: {a: &x {image: @, pull_policy: @, platform: @}, b: {<<: *x, volumes: @}, c: @}\nmodels: @\n',
  ],
  {
    keys: [
      'a',
      'b',
      'image',
      'build',
      'context',
      'dockerfile',
      'dockerfile_inline',
      'extends',
      'service',
      'file',
      'deploy',
      'replicas',
      'mode',
      'args',
      'target',
      'profiles',
    ],
    texts: [
      '$A',
      '${A:-x}',
      '${A?y}',
      '$${A}',
      '${',
      './b',
      'b/compose.yml',
      'a',
      'b',
      'FROM a\nCOPY --from=b . .',
      'always',
      'linux/arm64',
      '3',
    ],
  },
);

const KUBERNETES = documents(
  ['a.yml', 'b.yml'],
  [
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: @\nspec: {replicas: @, template: {spec: {containers: [{image: @, name: @}, @], initContainers: @, affinity: @, volumes: @}}}\n',
    'apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {completions: @, parallelism: @, template: {spec: @}}}}\n',
    'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {templates: [@, {container: @, resource: {manifest: @}}], templateDefaults: @}\n',
    'apiVersion: v1\nkind: List\nitems: [@, {apiVersion: v1, kind: Pod, metadata: @, spec: {containers: @}}]\n',
    'apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata: @\nspec: {pipelineSpec: {tasks: [@, {taskRef: @}]}}\n',
    'apiVersion: acme.example/v1\nkind: Widget\nspec: @\n',
  ],
  {
    keys: [
      'a',
      'name',
      'image',
      'containers',
      'spec',
      'template',
      'metadata',
      'kind',
      'apiVersion',
      'labels',
      'ownerReferences',
      'replicas',
      'steps',
      'items',
      'topologySpreadConstraints',
    ],
    texts: [
      'a',
      'Deployment',
      'v1',
      'Pod',
      'kubernetes.io/hostname',
      '3',
      'Always',
      '{{ .Values.x }}',
      'apiVersion: v1\nkind: Pod',
    ],
  },
);

const INSTRUCTIONS = [
  ...[
    'FROM',
    'from',
    'ARG',
    'ENV',
    'COPY',
    'ADD',
    'RUN',
    'ONBUILD',
    'ONBUILD COPY',
    '# syntax=a/b',
    '# escape=`',
    '#',
    'LABEL',
    'BAD',
    '',
  ],
];
const WORDS = [
  ...[
    'a',
    'b',
    'a:1',
    'scratch',
    'AS',
    'as',
    'b',
    '--from=a',
    '--from=$A',
    '--platform=$TARGETPLATFORM',
    '--mount=from=b,target=x',
  ],
  ...[
    'A=1',
    'A=$A$A',
    '$A',
    '${A}',
    '${A:-x}',
    '${A:+"y}',
    '${A#a*}',
    '${A%%[}',
    '${A/a/b}',
    '${A//',
    '"',
    "'",
    '\\',
    '\\\n',
    '`\n',
  ],
  ...[
    '<<E',
    '<<-"E"',
    "<<'E' <<F",
    'E',
    '\nE\n',
    '${',
    '$',
    '{',
    '}',
    '0',
    '1',
    '99999999999',
    'x'.repeat(1_500),
  ],
];

/** Dockerfiles of random instructions. */
const DOCKERFILE: fc.Arbitrary<FuzzInput> = fc
  .array(fc.tuple(fc.constantFrom(...INSTRUCTIONS), fc.array(fc.constantFrom(...WORDS), { maxLength: 6 })), {
    maxLength: 12,
  })
  .map((lines) => ({
    Dockerfile: lines.map(([keyword, words]) => [keyword, ...words].join(' ')).join('\n'),
  }));

const BLOCKS = [
  'target "a" {',
  'group "default" {',
  'variable "A" {',
  'function "f" {',
  '}',
  'matrix = {',
  '',
];
const ATTRIBUTES = [
  ...[
    'dockerfile = "Dockerfile"',
    'context = "."',
    'contexts = { a = "docker-image://nginx" }',
    'inherits = ["a", "b"]',
    'default = "x"',
  ],
  ...[
    'targets = ["a", "default"]',
    'args = { A = "${A}" }',
    'dockerfile-inline = <<E\nFROM a\nE\n',
    'tags = ["${A}:${f(A)}"]',
    'a = [',
    '"',
    '${',
  ],
];

const OPERANDS = [
  'A',
  'B',
  '1',
  '"x"',
  'null',
  'true',
  '[1, "a"]',
  '{ a = 1, b = A }',
  'target.a.args',
  '"${B}-%s"',
  '<<E\n${A}\nE\n',
];
const FORMS = [
  ...[
    '(@ + @)',
    '@ == @ ? @ : @',
    '[for k, v in @ : @ if @]',
    '{for v in @ : "x" => @}',
    '"${@}${@}"',
    '@[0]',
    '@[*].a',
    '!@',
  ],
  ...[
    'join(",", @)',
    'concat(@, @)',
    'replace(@, @, @)',
    'format(@, @)',
    'merge(@, @)',
    'flatten(@)',
    'range(@, @)',
    'try(@, @)',
  ],
  ...[
    'lookup(@, @, @)',
    'slice(@, @)',
    'substr(@, @, @)',
    'jsondecode(@)',
    'split(@, @)',
    'f(@)',
    'f(@...)',
    'zipmap(@, @)',
  ],
];

/** Expressions up to four levels deep. */
const EXPRESSION = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(...OPERANDS),
    fc
      .tuple(fc.constantFrom(...FORMS), fc.array(tie('any'), { minLength: 4, maxLength: 4 }))
      .map(([form, parts]) => {
        let next = 0;
        return form.replace(/@/g, () => parts[next++] ?? 'A');
      }),
  ),
})).any;
const KEYS = [
  'args',
  'matrix',
  'contexts',
  'context',
  'target',
  'platforms',
  'inherits',
  'name',
  'cache-from',
  'attest',
  'default',
  'targets',
];

/** Bake files of random blocks and expressions, with a Dockerfile. */
const BAKE: fc.Arbitrary<FuzzInput> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...BLOCKS, ...ATTRIBUTES),
      fc.tuple(fc.constantFrom(...KEYS, 'A', 'B'), EXPRESSION).map(([key, value]) => `${key} = ${value}`),
      fc
        .array(fc.tuple(fc.constantFrom(...KEYS), EXPRESSION), { maxLength: 5 })
        .map((list) => `target "a" {\n${list.map(([key, value]) => `${key} = ${value}`).join('\n')}\n}`),
    ),
    { maxLength: 20 },
  )
  .map((lines) => ({
    'docker-bake.hcl': `variable "A" {}\nfunction "f" {\nparams = [a]\nresult = B\n}\n${lines.join('\n')}`,
    Dockerfile: 'ARG A\nFROM nginx:$A\n',
  }));

/** The inputs of each reader. */
export const FUZZ_INPUTS: Readonly<Record<string, fc.Arbitrary<FuzzInput>>> = {
  Dockerfile: DOCKERFILE,
  Compose: COMPOSE,
  Bake: BAKE,
  Kubernetes: KUBERNETES,
  'GitHub Actions': GITHUB,
  'GitLab CI': GITLAB,
  CircleCI: CIRCLECI,
  'Bitbucket Pipelines': BITBUCKET,
  'Woodpecker and Drone': WOODPECKER,
};
