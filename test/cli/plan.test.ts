import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { run } from './run-program.ts';
import { readTextScript, type TextScript, writeScriptFiles } from './text-script.ts';

const SCRIPTS = join(import.meta.dirname, 'plan/scripts');
const EXAMPLE = join(import.meta.dirname, '../../docs/examples/six-clusters');
const NOW = Date.UTC(2026, 10, 23, 12);
const CLOCK = { now: () => NOW, monotonicMs: () => 0 };

/** Runs a command in a folder of its own. */
async function runIn(folder: string, argv: readonly string[], stdin = '') {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return await run(argv, { clock: CLOCK, stdin });
  } finally {
    process.chdir(before);
  }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-plan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const scripts = readdirSync(SCRIPTS).map((name) => ({ name, script: readTextScript(join(SCRIPTS, name)) }));

describe('headroom plan', () => {
  test.each<{ name: string; script: TextScript }>(scripts)('$script.title ($name)', async ({ script }) => {
    const folder = temporaryFolder();
    writeScriptFiles(script, folder);

    const { exitCode, stdout, stderr } = await runIn(folder, script.argv, script.stdin);

    expect(stdout).toBe(script.stdout);
    expect(stderr).toBe(script.stderr);
    expect(exitCode).toBe(script.exitCode);
  });
});

describe('the example of six clusters', () => {
  const SEED = [
    'plan',
    'job.yml',
    '--clusters=6',
    '--nodes=6',
    '--known=images.txt',
    '--remaining=100',
    '--output=json',
  ];

  test.each([
    { model: 'docs', runtime: 'crio', pulls: 108, cached: 2 },
    { model: 'docs', runtime: 'containerd', pulls: 72, cached: 2 },
    { model: 'per-get', runtime: 'crio', pulls: 216, cached: 4 },
    { model: 'per-get', runtime: 'containerd', pulls: 144, cached: 4 },
  ])(
    'costs $pulls by $model with $runtime, and $cached through a cache',
    async ({ model, runtime, pulls, cached }) => {
      const { exitCode, stdout } = await runIn(EXAMPLE, [
        ...SEED,
        `--model=${model}`,
        `--runtime=${runtime}`,
      ]);
      const report = JSON.parse(stdout);

      expect(report.pulls).toEqual({ low: pulls, high: pulls });
      expect(report.pulls_through_cache).toEqual({ low: cached, high: cached });
      expect(exitCode).toBe(pulls > 100 ? 1 : 0);
    },
  );

  test('matches the first lines of its own script', async () => {
    const [, command = ''] = /headroom (plan .+)/.exec(readFileSync(join(EXAMPLE, 'job.yml'), 'utf8')) ?? [];
    const { exitCode, stdout } = await runIn(EXAMPLE, command.split(' '));

    expect(stdout).toContain('Does not fit: 108 pulls, and 100 of 100 are left');
    expect(stdout).toContain('Pull through a cache, which pulls each image once for all machines: 2 pulls');
    expect(exitCode).toBe(1);
  });
});

describe('headroom plan --output json', () => {
  test('has the keys that docs name', async () => {
    const { stdout } = await runIn(EXAMPLE, [
      'plan',
      'job.yml',
      '--remaining=10',
      '--window=1h',
      '--limit=10',
      '--output=json',
    ]);
    const report = JSON.parse(stdout);

    expect(report.images[0]).toEqual({
      file: 'job.yml',
      line: 27,
      column: 18,
      container: 'web',
      role: 'container',
      workload: 'Job nightly-report',
      image: 'nginx:1.29',
      reference: 'docker.io/library/nginx:1.29',
      hub: true,
      policy: 'always',
      login: null,
      runtime: 'containerd',
      pods: { low: 6, high: 6 },
      machines: { low: 6, high: 6 },
      pulls: { low: 12, high: 12 },
      cached: false,
      wrong_platform: false,
    });
    expect(Object.keys(report)).toEqual([
      ...[
        'answer',
        'verdict',
        'fits',
        'fits_at',
        'pulls',
        'pulls_through_cache',
        'model',
        'clusters',
        'nodes',
      ],
      ...['bucket', 'images', 'left_out', 'unrecognised', 'advice'],
    ]);
    expect(report).toMatchObject({ verdict: 'does_not_fit', fits: false, nodes: null, clusters: 1 });
    expect(report.bucket).toMatchObject({ remaining: 10, limit: 10, window_seconds: 3_600, source: null });
  });

  test('holds the rewritten files', async () => {
    const { stdout } = await runIn(EXAMPLE, [
      'plan',
      'job.yml',
      '--offline',
      '--rewrite=mirror.gcr.io',
      '--output=json',
    ]);
    const [file] = JSON.parse(stdout).rewritten;
    const original = readFileSync(join(EXAMPLE, 'job.yml'), 'utf8');

    expect(file).toMatchObject({ file: 'job.yml', replaced: 3 });
    expect(file.text).toBe(original.replace(/(?<=image: )(?=nginx|redis)/g, 'mirror.gcr.io/library/'));
  });
});

describe('headroom plan --rewrite-into', () => {
  test('writes every file below the folder, by its own path', async () => {
    const folder = temporaryFolder();
    const files = new Map([
      ['k8s/pod.yml', 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: "nginx" # the web\n'],
      ['Dockerfile', '# syntax=docker/dockerfile:1\nFROM node:24 AS build\nFROM ghcr.io/acme/base:1\n'],
    ]);
    writeScriptFiles({ files } as unknown as TextScript, folder);

    const { exitCode, stderr } = await runIn(folder, [
      'plan',
      '.',
      '--offline',
      '--rewrite=cache:5000/hub',
      '--rewrite-into=out',
    ]);

    expect([exitCode, stderr]).toEqual([0, '']);
    expect(readFileSync(join(folder, 'out/k8s/pod.yml'), 'utf8')).toContain(
      'image: "cache:5000/hub/library/nginx" # the web\n',
    );
    expect(readFileSync(join(folder, 'out/Dockerfile'), 'utf8')).toBe(
      '# syntax=cache:5000/hub/docker/dockerfile:1\nFROM cache:5000/hub/library/node:24 AS build\nFROM ghcr.io/acme/base:1\n',
    );
  });
});
