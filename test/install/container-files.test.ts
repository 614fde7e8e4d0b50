import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeWithProgram } from '../requires-program.ts';
import { output, PROJECT } from './manifests.ts';

const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

/** The services of a Compose file, as far as these tests read them. */
interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
}

interface ComposeService {
  readonly image: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly volumes?: readonly string[];
}

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile');

  test('pulls no image from Docker Hub', () => {
    const froms = [...dockerfile.matchAll(/^FROM (?:--\S+ )?(\S+)/gm)].map(([, from = '']) => from);
    const images = froms.filter((from) => !from.startsWith('$'));
    expect(images).toHaveLength(2);
    for (const image of images) expect(image).toMatch(/^(?!docker\.io)[\w-]+(\.[\w-]+)+\//);
    // Every other stage can be built from an image of a mirror.
    const others = froms.filter((from) => from.startsWith('$'));
    for (const other of others) expect(other).toMatch(/^\$\{\w+_IMAGE\}$/);
    const defaults = [...dockerfile.matchAll(/^ARG \w+_IMAGE=(\S+)$/gm)].map(([, name = '']) => name);
    const pinned = [...dockerfile.matchAll(/^FROM .*@sha256:\S+ AS (\S+)$/gm)].map(([, name = '']) => name);
    expect(defaults).toEqual(pinned);
    // A syntax line is an image of Docker Hub.
    expect(dockerfile).not.toMatch(/^#\s*syntax=/m);
  });

  test('runs as a user without rights, by number, so that runAsNonRoot can be checked', () => {
    expect(dockerfile).toMatch(/^USER 65532:65532$/m);
  });

  test('copies what the npm package ships, but for files of the repository', () => {
    const { files } = JSON.parse(read('package.json')) as { files: string[] };
    const forOthers = ['grafana', 'deploy'];
    const copied = [...dockerfile.matchAll(/^COPY (?:--\S+ )*(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    const missing = files.filter(
      (file) =>
        !file.startsWith('!') && !forOthers.includes(file) && !copied.some((name) => name.endsWith(file)),
    );
    expect(missing).toEqual([]);
  });

  test('sends the builder nothing that it does not copy', () => {
    const sent = read('.dockerignore').match(/(?<=^!).+/gm) ?? [];
    expect(
      sent.filter((name) => !new RegExp(`^COPY .*\\b${name.replace('.', '\\.')}\\b`, 'm').test(dockerfile)),
    ).toEqual([]);
  });
});

describe('deploy/compose', () => {
  const { services } = parse(read('deploy/compose/compose.yaml'), { merge: true }) as Compose;

  test('gives no service more rights than it needs', () => {
    for (const [name, { read_only, cap_drop }] of Object.entries(services))
      expect({ name, read_only, cap_drop }).toEqual({ name, read_only: true, cap_drop: ['ALL'] });
  });

  test('pins every image, each to be replaced by a variable', () => {
    for (const { image } of Object.values(services))
      expect(image).toMatch(/^\$\{[A-Z]+_IMAGE:-\S+:(v?\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?|local)\}$/);
  });

  test('mounts only files that are there', () => {
    const mounted = Object.values(services)
      .flatMap(({ volumes = [] }) => volumes)
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => source.startsWith('.'));
    expect(mounted.length).toBeGreaterThan(3);
    expect(mounted.filter((source) => !existsSync(join(PROJECT, 'deploy/compose', source)))).toEqual([]);
  });
});

/** Folders and files with YAML that is installed or copied. */
const LINTED = [
  '.github',
  'action.yml',
  'deploy',
  'docs/examples/pipelines',
  'grafana',
  'scenarios',
  'templates',
];

describeWithProgram('yamllint', 'yamllint', () => {
  test('finds nothing in what is installed from', () => {
    expect(output('yamllint', ...LINTED)).toBe('');
  });
});
