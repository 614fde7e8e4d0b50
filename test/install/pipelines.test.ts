import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { testClock } from '../simulator/fakes.ts';
import { PROJECT } from './manifests.ts';

const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const MAIN = join(PROJECT, 'dist/main.js');
const POD = 'apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a, image: "redis:8" }] }\n';
const SECRET = 'hunter2-hunter2';

const folder = mkdtempSync(join(tmpdir(), 'headroom-pipelines-'));
const bin = join(folder, 'bin');
let hub: Simulator;

beforeAll(() => {
  mkdirSync(bin);
  // `headroom` and `npx --yes dockerhub-headroom@VERSION`, as an installed package provides them.
  writeFileSync(join(bin, 'headroom'), `#!/bin/sh\nexec node ${MAIN} "$@"\n`);
  writeFileSync(
    join(bin, 'npx'),
    `#!/bin/sh\ncase "$1 $2" in "--yes dockerhub-headroom@"*) shift 2; exec node ${MAIN} "$@";; esac\nexit 9\n`,
  );
  for (const name of ['headroom', 'npx']) chmodSync(join(bin, name), 0o755);
  writeFileSync(join(folder, 'pod one.yml'), POD);
  writeFileSync(
    join(folder, 'set.yml'),
    'apiVersion: apps/v1\nkind: DaemonSet\nspec: { template: { spec: { containers: [{ image: "redis:8" }] } } }\n',
  );
});
beforeEach(async () => {
  hub = createSimulator({ port: 0, clock: testClock('2026-11-29T10:00:00Z'), log: SILENT_LOG });
  await hub.start();
  hub.control.addAccount({ name: 'acmeci', password: SECRET });
});
afterEach(() => hub.stop());
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly text: string;
}

/** Runs a script of a step in bash, with the simulated Docker Hub. */
function runScript(script: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const variables = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    HOME: folder,
    HEADROOM_HUB_URL: hub.url.origin,
    ...env,
  };
  return new Promise((resolve) => {
    const options = { cwd: folder, env: variables, timeout: 60_000 };
    execFile(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
      options,
      (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), text: `${out}${err}` });
      },
    );
  });
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly run: string; readonly env: Readonly<Record<string, string>> }[];
  };
}

const action: Action = parse(read('action.yml'));

/** Runs the steps of action.yml as a runner does, until one fails. */
async function runAction(inputs: Readonly<Record<string, string>>) {
  const unknown = Object.keys(inputs).filter((name) => !(name in action.inputs));
  expect(unknown).toEqual([]);
  const place = mkdtempSync(join(folder, 'run-'));
  const files = { GITHUB_OUTPUT: join(place, 'output'), GITHUB_STEP_SUMMARY: join(place, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  let last: Ran = { code: 0, text: '' };
  for (const { run, env } of action.runs.steps) {
    const values = Object.entries(env).map(([name, value]) => {
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1] ?? '';
      return [name, inputs[input] ?? action.inputs[input]?.default];
    });
    const given = { GITHUB_ACTION_PATH: PROJECT, RUNNER_TEMP: place, ...files };
    last = await runScript(run, { ...given, ...Object.fromEntries(values) });
    if (last.code !== 0) break;
  }
  const outputs = Object.fromEntries(
    readFileSync(files.GITHUB_OUTPUT, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('=')),
  );
  return { ...last, outputs, summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8') };
}

describe('action.yml', () => {
  test('pulls no image', () => {
    expect(parse(read('action.yml')).runs.using).toBe('composite');
    expect(read('action.yml')).not.toContain('docker://');
  });

  test('check states what is left, as outputs and in the summary', async () => {
    hub.control.spend({ source: '127.0.0.1', pulls: 60 });
    const { code, outputs, summary } = await runAction({});
    expect({ code, outputs }).toEqual({
      code: 0,
      outputs: { status: 'ok', remaining: '40', 'exit-code': '0' },
    });
    expect(summary).toContain('| OK | anonymous | 127.0.0.1 | 40 of 100 left in 1h |');
  });

  test.each<[inputs: Record<string, string>, spent: number, code: number, exitCode: string]>([
    [{}, 85, 0, '1'],
    [{ 'fail-on': 'warning' }, 85, 1, '1'],
    [{}, 100, 2, '2'],
    [{ 'fail-on': 'never' }, 100, 0, '2'],
    [{ warning: '30' }, 71, 0, '1'],
  ])('check with %j after %i pulls ends with %i', async (inputs, spent, code, exitCode) => {
    hub.control.spend({ source: '127.0.0.1', pulls: spent });
    const ran = await runAction(inputs);
    expect({ code: ran.code, exitCode: ran.outputs['exit-code'] }).toEqual({ code, exitCode });
  });

  test('check uses a login, and shows no password', async () => {
    const { code, text, summary } = await runAction({ username: 'acmeci', password: SECRET });
    expect(code).toBe(0);
    expect(summary).toContain('| acmeci |');
    expect(text + summary).not.toContain(SECRET);
  });

  test('check warns if Docker Hub cannot be reached, and fails for a wrong flag', async () => {
    hub.control.setFault('unavailable');
    const unreachable = await runAction({});
    expect({ code: unreachable.code, status: unreachable.outputs.status }).toEqual({
      code: 0,
      status: 'unknown',
    });
    expect(unreachable.text).toContain('::warning title=Headroom::headroom check could not judge');
    expect((await runAction({ 'fail-on': 'warning' })).code).toBe(3);
    const wrong = await runAction({ flags: '--wraning=3' });
    expect(wrong.code).toBe(3);
    expect(wrong.text).toContain('--wraning: Unknown flag');
  });

  test.each<[spent: number, pulls: string, code: number, login?: Record<string, string>]>([
    [0, '50', 0],
    [80, '50', 1],
    [0, '101', 1],
    [100, '150', 0, { username: 'acmeci', password: SECRET }],
  ])('wait after %i pulls for %s ends with %i', async (spent, pulls, code, login = {}) => {
    hub.control.spend({ source: '127.0.0.1', pulls: spent });
    const ran = await runAction({ command: 'wait', pulls, timeout: '1s', flags: '--interval=10s', ...login });
    expect({ code: ran.code, exitCode: ran.outputs['exit-code'] }).toEqual({ code, exitCode: `${code}` });
    expect(ran.summary).toMatch(/^### Docker Hub pulls: wait\n\n~{6}text\n.*\b[12]00/s);
  });

  test.each<[spent: number, inputs: Record<string, string>, code: number]>([
    [0, {}, 0],
    [99, {}, 1],
    [99, { 'fail-on': 'never' }, 0],
    [0, { files: 'set.yml', nodes: '200' }, 1],
    [100, { username: 'acmeci', password: SECRET }, 0],
  ])('plan after %i pulls with %j ends with %i', async (spent, inputs, code) => {
    hub.control.spend({ source: '127.0.0.1', pulls: spent });
    const ran = await runAction({ command: 'plan', files: 'pod one.yml\n', ...inputs });
    expect(ran.code).toBe(code);
    expect(ran.summary).toContain('docker.io/library/redis:8');
  });

  test.each<[inputs: Record<string, string>, problem: string]>([
    [{ command: 'pull' }, 'The input command is check, wait or plan'],
    [{ command: 'wait' }, 'The command wait needs the input pulls'],
    [{ command: 'plan' }, 'The command plan needs the input files'],
    [{ 'fail-on': 'always' }, 'The input fail-on is critical, warning or never'],
    [{ version: 'latest; id' }, 'The input version is not a version'],
  ])('rejects %j', async (inputs, problem) => {
    const { code, text } = await runAction(inputs);
    expect(code).toBe(2);
    expect(text).toContain(`::error title=Headroom::${problem}`);
  });

  test('runs no command of an input', async () => {
    const proof = join(folder, 'proof');
    const hostile = `$(touch ${proof}) \`touch ${proof}\` "; touch ${proof}; "`;
    for (const command of ['check', 'wait', 'plan']) {
      const texts = { username: hostile, password: hostile, server: hostile, flags: hostile, files: hostile };
      await runAction({
        command,
        pulls: hostile,
        timeout: hostile,
        warning: hostile,
        nodes: hostile,
        ...texts,
      });
    }
    expect(existsSync(proof)).toBe(false);
  });
});

interface Component {
  readonly spec: { readonly inputs: Readonly<Record<string, { readonly default: unknown }>> };
}

describe('the GitLab CI component', () => {
  /** Replaces inputs as GitLab does. */
  function jobFor(inputs: Readonly<Record<string, unknown>> = {}) {
    const [head = '', body = ''] = read('templates/headroom.yml').split(/^---$/m);
    const { spec }: Component = parse(head);
    const text = body.replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => {
      expect(Object.keys(spec.inputs)).toContain(name);
      const value = inputs[name] ?? spec.inputs[name]?.default;
      return typeof value === 'string' ? value : JSON.stringify(value);
    });
    return parse(text)['docker-hub-pulls'];
  }

  test.each<[inputs: Record<string, unknown>, spent: number, code: number, isWarning: boolean]>([
    [{}, 0, 0, false],
    [{}, 85, 1, true],
    [{}, 100, 2, false],
    [{ command: 'wait --pulls 40 --timeout 1s' }, 0, 0, false],
    [{ command: 'wait --pulls 40 --timeout 1s', 'allow-exit-codes': [] }, 80, 1, false],
    [{ command: 'plan "pod one.yml"' }, 0, 0, false],
  ])('with %j after %i pulls ends with %i', async (inputs, spent, code, isWarning) => {
    hub.control.spend({ source: '127.0.0.1', pulls: spent });
    const job = jobFor(inputs);
    const ran = await runScript(job.script.join('\n'));
    expect(ran.code).toBe(code);
    expect(job.allow_failure.exit_codes.includes(ran.code)).toBe(isWarning);
  });

  test('takes no image from Docker Hub', () => {
    expect(jobFor().image).toMatch(/^public\.ecr\.aws\//);
  });
});

describe('docs/examples/pipelines', () => {
  test('github.yml gives the action only inputs that it has', () => {
    const { jobs } = parse(read('docs/examples/pipelines/github.yml'));
    const steps: { uses?: string; with?: object }[] = jobs.deploy.steps;
    const uses = steps.filter(({ uses: name }) => name?.startsWith('dockerhub-headroom/'));
    expect(uses).toHaveLength(3);
    for (const { with: inputs = {} } of uses) {
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
    }
  });

  test('gitlab.yml gives the component only inputs that it has', () => {
    const { include } = parse(read('docs/examples/pipelines/gitlab.yml'));
    const { spec }: Component = parse(read('templates/headroom.yml').split(/^---$/m)[0] ?? '');
    expect(Object.keys(spec.inputs)).toEqual(expect.arrayContaining(Object.keys(include[0].inputs)));
  });

  test('the commands of the Jenkinsfile work', async () => {
    const text = read('docs/examples/pipelines/Jenkinsfile');
    const HEADROOM = /HEADROOM = '(.*)'/.exec(text)?.[1] ?? '';
    const commands = [...text.matchAll(/'(\$HEADROOM .*?)'/g)].map(([, command = '']) => command);
    expect(commands).toHaveLength(2);
    for (const command of commands) {
      const env = { HEADROOM, DOCKERHUB_USERNAME: 'acmeci', DOCKERHUB_PASSWORD: SECRET };
      expect(await runScript(command, env)).toMatchObject({
        code: 0,
        text: expect.stringContaining('200 of 200 left'),
      });
    }
  });

  test('the step of the Tekton Task works', async () => {
    const { params, steps } = parse(read('docs/examples/pipelines/tekton.yml')).spec;
    const values = new Map(
      params.map((param: { name: string; default?: string }) => [param.name, param.default]),
    );
    values.set('pulls', '40');
    const args = steps[0].args.map((arg: string) =>
      arg.replaceAll(/\$\(params\.(\w+)\)/g, (_, name: string) => `${values.get(name)}`),
    );
    expect(steps[0].image).toMatch(/^ghcr\.io\//);
    expect(await runScript(`headroom ${args.join(' ')}`)).toMatchObject({ code: 0 });
  });

  test('the command line of docs/pipelines.md for Nagios has flags that check has', async () => {
    const line = /command_line +\/usr\/local\/bin\/(headroom .*)/.exec(read('docs/pipelines.md'))?.[1] ?? '';
    const config = join(folder, 'headroom.yml');
    writeFileSync(config, 'credentials: [{ name: anonymous }]\n');
    const filled = line
      .replace('$ARG1$', '20%')
      .replace('$ARG2$', '5%')
      .replace('/etc/headroom/headroom.yml', config);
    const { code, text } = await runScript(filled);
    expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/^DOCKERHUB OK|OK/) });
  });
});
