// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of HCL
import { describe, expect, test } from 'vitest';
import { formatImageReference } from '../../../src/domain/image-reference.ts';
import type { ReadOptions } from '../../../src/planner/source-file.ts';
import { problemsIn, readFiles } from '../planned.ts';

const DOCKERFILE = `ARG BASE=alpine
ARG VERSION=3
FROM \${BASE}:\${VERSION} AS one
FROM one AS two
COPY --from=busybox:1 / /
FROM redis:8 AS three
`;

/** Reads Bake files with a Dockerfile: `app: alpine:3`, and the problems. An optional build has a question mark. */
function bake(files: string | Readonly<Record<string, string>>, options: Partial<ReadOptions> = {}) {
  const named = typeof files === 'string' ? { 'docker-bake.hcl': files } : files;
  const read = readFiles({ Dockerfile: DOCKERFILE, ...named }, options);
  return {
    builds: read.workloads.map(({ name, uses, copies }) => {
      const needed = uses.filter(({ isOptional }) => !isOptional);
      const isOptional = 'low' in copies.pods && copies.pods.low === 0;
      const images = needed.map(({ reference, platforms }) =>
        [formatImageReference(reference).replace('docker.io/library/', ''), ...platforms].join(' '),
      );
      return `${name}${isOptional ? '?' : ''}: ${images.join(', ')}`;
    }),
    problems: problemsIn(read),
  };
}

const read = (...builds: string[]) => ({ builds, problems: [] });

describe('readBake()', () => {
  test('reads targets of the default group, with arguments, target and platforms', () => {
    const text = `
      variable "VERSION" { default = "3.20" }
      group "default" { targets = ["app"] }
      target "app" {
        dockerfile = "Dockerfile"  // the default
        args = { VERSION = VERSION, BASE = "debian" }
        target = "two"
      }
      target "other" { target = "three" }`;
    expect(bake(text)).toEqual(read('app: debian:3.20, busybox:1', 'other?: redis:8'));
    expect(bake(text, { variables: new Map([['VERSION', '13']]) })).toEqual(
      read('app: debian:13, busybox:1', 'other?: redis:8'),
    );
  });

  test('counts every target without a default', () => {
    expect(bake('target "a" { target = "one" }\ntarget "b" { target = "three" }')).toEqual(
      read('a: alpine:3', 'b: redis:8'),
    );
  });

  test('inherits values, merges arguments, and overrides the others', () => {
    const text = `
      target "_common" { args = { BASE = "debian", VERSION = 12 } }
      target "_last" { target = "two", }
      target "default" {
        inherits = ["_common", "_last"]
        args = { VERSION = 13 }
      }`.replace('"two", }', '"two" }');
    expect(bake(text).builds).toContain('default: debian:13, busybox:1');
  });

  test('makes a target of each combination of a matrix, whose label is their group', () => {
    const text = `
      group "default" { targets = ["app"] }
      target "app" {
        name = "app-\${base}-\${replace(v.n, ".", "-")}"
        matrix = { base = ["debian", "ubuntu"], v = [{ n = "1.2" }, { n = "2" }] }
        args = { BASE = base, VERSION = v.n }
        target = "one"
      }`;
    expect(bake(text)).toEqual(
      read(
        'app-debian-1-2: debian:1.2',
        'app-debian-2: debian:2',
        'app-ubuntu-1-2: ubuntu:1.2',
        'app-ubuntu-2: ubuntu:2',
      ),
    );
  });

  test.each([
    ['"3.${1 + 2 * 3}"', 'alpine:3.7'],
    ['X == "" ? "a" : "b"', 'alpine:a'],
    ['notequal("", X) ? X : "none"', 'alpine:none'],
    ['equal(LIST, []) || !FLAG ? "a" : "b"', 'alpine:b'],
    ['LIST[1]', 'alpine:2'],
    ['join("-", [for n in LIST : "v${n}" if n != "1"])', 'alpine:v2-v3'],
    ['lookup({for i, n in LIST : "k${i}" => n}, "k2", "x")', 'alpine:3'],
    ['element(OBJECTS[*].tag, 1)', 'alpine:t2'],
    ['OBJECTS.1.tag', 'alpine:t2'],
    ['target.base.args.VERSION', 'alpine:from-base'],
    ['tagged("x", "a", "b")', 'alpine:x-a-b'],
    ['format("%s.%02d", "1", 2)', 'alpine:1.02'],
    ['upper(substr("abcdef", 1, 2)) == "BC" ? "yes" : "no"', 'alpine:yes'],
    ['try(missing.value, "saved")', 'alpine:saved'],
    ['coalesce(null, "first")', 'alpine:first'],
    ['chomp(<<-EOT\n        1.2\n        EOT\n)', 'alpine:1.2'],
    ['trimspace(<<EOT\n  1.3\nEOT\n)', 'alpine:1.3'],
    ['element(split(":", "a:b"), 1)', 'alpine:b'],
    ['BAKE_LOCAL_PLATFORM == "linux/amd64" ? "amd" : "arm"', 'alpine:amd'],
    ['CHAIN', 'alpine:deep'],
    ['"$${X}"', undefined],
  ])('evaluates %s', (expression, image) => {
    const text = `
      variable "X" {}
      variable "FLAG" { default = true }
      variable "LIST" { default = ["1", "2", "3"] }
      variable "CHAIN" { default = "\${LINK}" }
      LINK = lower("DEEP")
      OBJECTS = [{ tag = "t1" }, { "tag": "t2" }]
      function "tagged" {
        params = [first]
        variadic_params = rest
        result = "\${first}-\${join("-", rest)}"
      }
      target "base" { args = { VERSION = "from-base" } }
      target "default" {
        target = "one"
        args = {
          VERSION = ${expression}
        }
      }`.replace('variadic_params = rest', 'variadic_params = [rest]');
    const { builds, problems } = bake(text);
    const found = builds.find((build) => build.startsWith('default:'));
    if (image === undefined)
      expect(problems).toEqual(['Dockerfile:3:6: A variable without a value: alpine:${X}']);
    else expect({ found, problems }).toEqual({ found: `default: ${image}`, problems: [] });
  });

  test('reports a value that is known only during a build if an image depends on it', () => {
    const text = (name: string) =>
      `target "default" {\n target = "one"\n args = { ${name} = timestamp() }\n}`;
    expect(bake(text('TIME'))).toEqual(read('default: alpine:3'));
    expect(bake(text('VERSION')).problems).toEqual([
      `Dockerfile:3:6: A variable without a value: alpine:${'$'}{VERSION}`,
    ]);
  });

  test('reads contexts: images, other targets and folders', () => {
    const text = `
      target "default" {
        target = "two"
        contexts = { one = "target:base", "busybox:1" = "docker-image://busybox:2" }
      }
      target "base" { target = "one" }
      target "unused" { target = "three" }`;
    expect(bake(text)).toEqual(read('default: busybox:2', 'base: alpine:3', 'unused?: redis:8'));
  });

  test('reads inline Dockerfiles, Dockerfiles of folders, and names those that are missing', () => {
    const files = {
      'ci/docker-bake.hcl': `
        group "default" { targets = ["inline", "web", "gone", "remote"] }
        target "inline" {
          dockerfile-inline = <<EOT
FROM node:22
RUN true
EOT
        }
        target "web" { context = "./web" }
        target "gone" { context = "api" dockerfile = "prod.Dockerfile" }
        target "remote" { context = "https://example.com/x.git" }`.replace('"api" dock', '"api"\n dock'),
      'web/Dockerfile': 'FROM nginx:1\n',
    };
    const { builds, problems } = bake(files);
    expect(builds).toEqual(['Dockerfile: redis:8', 'inline: node:22', 'web: nginx:1']);
    expect(problems).toEqual([
      'ci/docker-bake.hcl:10:9: gone is built; add its Dockerfile to the plan: api/prod.Dockerfile',
      'ci/docker-bake.hcl:12:9: remote is built from a remote context, which is not read: https://example.com/x.git',
    ]);
  });

  test('reads the files of a bake together', () => {
    const files = {
      'docker-bake.json': '{ "versions": ["1", "2"] }',
      'docker-bake.hcl': `target "default" {
        name = "v\${v}"
        matrix = { v = versions }
        args = { VERSION = v }
        target = "one"
      }`,
      'docker-bake.override.hcl': 'target "v2" { args = { BASE = "debian" } }',
    };
    expect(bake(files)).toEqual(read('v1: alpine:1', 'v2: debian:2'));
  });

  test('reads JSON, whose texts are templates', () => {
    const text = JSON.stringify({
      variable: { TAG: { default: '1' } },
      group: { default: { targets: ['app'] } },
      target: {
        app: { target: 'one', args: { VERSION: '${TAG}.2', BASE: 'debian' }, platforms: ['linux/arm64'] },
      },
    });
    expect(bake({ 'docker-bake.json': text })).toEqual(read('app: debian:1.2'));
    expect(bake({ 'any.json': text })).toEqual(read('app: debian:1.2'));
  });

  test('counts the scanner of an SBOM, and caches in registries from 0', () => {
    const read = readFiles({
      Dockerfile: 'FROM scratch\n',
      'docker-bake.hcl': `target "default" {
        attest = ["type=provenance,mode=max", "type=sbom"]
        cache-from = ["type=gha", "type=registry,ref=acme/app:cache", "acme/app:more"]
      }`,
    });
    expect(read.problems).toEqual([]);
    expect(read.workloads[0]?.uses.map(({ text, isOptional }) => [text, isOptional])).toEqual([
      ['docker/buildkit-syft-scanner:stable-1', false],
      ['acme/app:cache', true],
      ['acme/app:more', true],
    ]);
  });

  test.each([
    ['target "a" {', '1:12: Not a Bake file: The file ends too early'],
    ['target "a" {\n  args = { A = } }', '2:16: Not a Bake file: Not expected: } }'],
    ['target "a" { platforms = [PLATFORM] }', '1:14: There is no variable PLATFORM'],
    ['target "a" { platforms = uuidv4() }', '1:14: The function uuidv4() is not evaluated'],
    [
      'target "a" { context = "%{ if true }x%{ endif }" }',
      '1:25: Not a Bake file: A template with %{ } is not read',
    ],
    ['target "a" { inherits = ["b"] }', '1:1: a inherits a target that is missing: b'],
    ['group "default" { targets = ["b"] }', '1:19: default names a target that is missing: b'],
    ['A = B\nB = A\ntarget "a" { target = A }', '3:14: A refers to itself'],
    [
      'function "f" {\nparams = []\nresult = f()\n}\ntarget "a" { target = f() }',
      '5:14: Functions call each other more than 20 deep',
    ],
  ])('reports what it cannot read: %s', (text, problem) => {
    expect(bake(text).problems[0]).toBe(`docker-bake.hcl:${problem}`);
  });

  test.each([
    [
      'doubled texts',
      `${Array.from({ length: 60 }, (_, i) => `V${i + 1} = "\${V${i}}\${V${i}}"`).join('\n')}\nV0 = "xx"\ntarget "a" { target = V60 }`,
    ],
    ['nested brackets', `target "a" { target = ${'['.repeat(50_000)} }`],
    ['a large matrix', `target "a" { matrix = { a = range(0, 2000), b = range(0, 2000) } }`],
    ['nested loops', 'target "a" { target = [for a in range(0,4000) : [for b in range(0,4000) : a]] }'],
    [
      'a long chain',
      Array.from({ length: 5_000 }, (_, i) => `target "t${i}" { inherits = ["t${i + 1}"] }`).join('\n'),
    ],
  ])('ends at %s', (_, text) => {
    expect(bake(text).problems.length).toBeGreaterThan(0);
  });
});
