import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const WORKFLOWS = join(ROOT, '.github/workflows');
const DIGEST = /^[^@\s]+:[^@\s]+@sha256:[0-9a-f]{64}$/;
/** Images without a digest, with the reason. */
const UNPINNED: Readonly<Record<string, string>> = {
  'headroom:local': 'built by the user on this machine',
  'quay.io/prometheus/prometheus:v3.16.0': 'quay.io could not be reached when the others were pinned',
  'quay.io/prometheus/alertmanager:v0.34.2': 'quay.io could not be reached when the others were pinned',
};

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The first group of every match, with the file it is in. */
function find(path: string, pattern: RegExp): { path: string; found: string }[] {
  return [...read(path).matchAll(pattern)].map(([, found = '']) => ({ path, found }));
}

describe('pinned versions', () => {
  const workflows = readdirSync(WORKFLOWS).map((name) => `.github/workflows/${name}`);

  // Not `./`, the action of this repository.
  const uses = workflows.flatMap((path) => find(path, /^\s*(?:- )?uses:(?!\s*\.\/)\s*(.+)$/gm));
  test.each(uses)('$path uses $found by commit and version', ({ found }) => {
    expect(found).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} {2}# v\d+\.\d+\.\d+$/);
  });

  test('one action has one commit and version', () => {
    const byAction = new Map(uses.map(({ found }) => [found.split('@')[0], found]));
    expect(uses.filter(({ found }) => byAction.get(found.split('@')[0]) !== found)).toEqual([]);
    expect(uses.length).toBeGreaterThan(10);
  });

  const images = [
    ...workflows.flatMap((path) => find(path, /\bcontainer: \{ image: "([^"]+)"/g)),
    ...find('Dockerfile', /^FROM (?:--\S+ )?((?!--)[^\s$]\S*)/gm),
    ...find('deploy/compose/compose.yaml', /^\s+image: \$\{\w+:-([^}]+)\}$/gm),
  ];
  test.each(images)('$path has $found by tag and digest, or a reason', ({ found }) => {
    expect(found in UNPINNED || DIGEST.test(found)).toBe(true);
  });

  test('no image escapes the test above', () => {
    const inWorkflows = workflows.flatMap((path) =>
      find(path, /[\s{](?:container|image): *([^\s{][^,}\s]*)/gm),
    );
    expect(inWorkflows.filter(({ found }) => !DIGEST.test(found.replaceAll('"', '')))).toEqual([]);
    expect(find('deploy/compose/compose.yaml', /^\s+(image):/gm)).toHaveLength(4);
    expect(images).toHaveLength(7);
    const known = new Set(images.map(({ found }) => found));
    expect(Object.keys(UNPINNED).filter((image) => !known.has(image))).toEqual([]);
  });

  test('Dependabot updates what is pinned', () => {
    const ecosystems = find('.github/dependabot.yml', /package-ecosystem: (\S+)/g).map(({ found }) => found);
    expect(ecosystems).toEqual(['npm', 'github-actions', 'docker', 'docker-compose']);
  });
});
