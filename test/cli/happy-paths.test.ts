import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/run-command.ts';
import type { FlagRule } from '../../src/config/flags.ts';
import { toHistoryCsv } from '../../src/domain/history/history-text.ts';
import { createSqliteHistory } from '../../src/history/sqlite/sqlite-history.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import { createWeb } from '../../src/web/web.ts';
import { playedBucket, START, series } from '../domain/forecast/series.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { USAGE_HEADER, usageLine } from '../domain/spending/usage-rows.ts';
import { startReceiving } from '../notify/receiving-server.ts';
import { testClock } from '../simulator/fakes.ts';
import { spendingOf, sum } from '../web/spending/spending-fixtures.ts';
import { webOptions } from '../web/start-web.ts';
import { shapesOf } from './command-shapes.ts';
import { start } from './run-program.ts';

/** A command that does its work and ends with exit code 0. */
interface HappyPath {
  readonly argv: readonly string[];
  /** What it is called with beside a flag, if `argv` takes too long for each of them. */
  readonly withFlag?: readonly string[];
  /** What a command that runs until it is stopped writes when it works. */
  readonly works?: RegExp;
}

const folder = mkdtempSync(join(tmpdir(), 'headroom-happy-'));
const at = (name: string) => join(folder, name);
const HISTORY = toHistoryCsv({
  name: 'ci',
  from: START,
  to: START + 156 * 60_000,
  stepMs: null,
  points: playedBucket(
    'sliding',
    series(156, (minute) => (minute > 120 ? 2 : 0)),
  ).map((sample) => ({
    ...sample,
    windowSeconds: sample.windowSeconds ?? null,
    spent: null,
    outcome: sample.kind,
  })),
});
const FILES = {
  'pod.yml': 'apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a, image: "redis:8" }] }\n',
  // What `kubectl get pods -A -o json` prints, in short.
  'pods.json': JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', namespace: 'shop' },
        spec: {
          nodeName: 'node-1',
          containers: [{ name: 'a', image: 'redis:8', imagePullPolicy: 'Always' }],
        },
        status: { phase: 'Running' },
      },
    ],
  }),
  Dockerfile: 'FROM redis:8 AS build\nFROM build\n',
  'cached.txt': 'redis:8\n',
  'known.txt': 'redis:8 single linux/amd64\n',
  'history.csv': HISTORY,
  'usage.csv': `${USAGE_HEADER}\n${usageLine()}\n`,
  'web-config.yml': '{}\n',
  'password.txt': 'hunter2\n',
  'config.json': '{ "auths": { "https://index.docker.io/v1/": { "auth": "Y2k6aHVudGVyMg==" } } }',
} as const;
/** Where the servers are, once they run. The commands of `simulate` change only the second hub. */
const places = { HUB: '', CONTROLLED: '', SERVER: '', RECEIVER: '' };
const stops: (() => Promise<unknown>)[] = [];

const SERVES = /Headroom is listening/;
const SIMULATES = /headroom simulate status/;
const LOOPBACK = '--web.listen-address=127.0.0.1:0';

/** What each command is called with beside the flag that is tested. */
const PATHS: Readonly<Record<string, HappyPath>> = {
  serve: { argv: [LOOPBACK], works: SERVES },
  plan: { argv: [at('pod.yml')] },
  check: { argv: [] },
  wait: { argv: ['--pulls=1', '--credential=anonymous'] },
  forecast: { argv: [at('history.csv')] },
  spending: { argv: ['--server=SERVER'] },
  usage: { argv: [at('usage.csv')] },
  report: { argv: ['--server=SERVER', '--bucket=team'] },
  diagnose: { argv: [] },
  config: { argv: ['schema'] },
  'config init': { argv: ['-'] },
  'config schema': { argv: [] },
  history: { argv: ['backup', '--help'] },
  'history backup': { argv: ['FRESH', `--history.path=${at('kept.db')}`] },
  alerts: { argv: ['test', 'hook', `--config.file=${at('headroom.yml')}`] },
  'alerts test': { argv: ['hook', `--config.file=${at('headroom.yml')}`] },
  simulate: { argv: ['--listen=127.0.0.1:0'], works: SIMULATES },
  'simulate status': { argv: ['--url=CONTROLLED'] },
  'simulate fault': { argv: ['slow', '--url=CONTROLLED'] },
  'simulate spend': { argv: ['1', '--url=CONTROLLED'] },
  'simulate bucket': { argv: ['--limit=100', '--url=CONTROLLED'] },
  'simulate limit': { argv: ['100', '--url=CONTROLLED'] },
  'simulate profile': { argv: ['2026', '--url=CONTROLLED'] },
  'simulate account': { argv: ['new:hunter2', '--url=CONTROLLED'] },
  'simulate ledger': { argv: ['--url=CONTROLLED'] },
  demo: { argv: [LOOPBACK], withFlag: ['--config.check'], works: SERVES },
  health: { argv: ['--url=SERVER'] },
  completion: { argv: ['bash'] },
};

/** A value for each flag that is no toggle and has no closed set, by its name or by that of the command and its own. */
const VALUES: Readonly<Record<string, string>> = {
  'config.file': at('headroom.yml'),
  'web.listen-address': 'localhost:0',
  'web.config.file': at('web-config.yml'),
  'web.route-prefix': '/headroom',
  'web.external-url': 'http://headroom.example/here',
  'history.path': at('other.db'),
  nodes: '3',
  clusters: '2',
  platform: 'linux/arm/v7',
  cached: at('cached.txt'),
  known: at('known.txt'),
  variable: 'TAG=1.2=3',
  profile: 'debug',
  target: 'build',
  'ignore-kind': 'Widget',
  'ignore-action': 'acme/scan',
  'lose-node': 'node-1',
  'plan --restart': 'shop',
  'plan --kubeconfig': at('kubeconfig'),
  'plan --context': 'prod',
  credential: 'anonymous',
  server: 'SERVER',
  'server.username': 'visitor',
  'server.password-file': at('password.txt'),
  remaining: '50',
  'plan --limit': '60',
  'plan --window': '6h',
  timeout: '5s',
  interval: '10s',
  rewrite: 'mirror.gcr.io',
  'rewrite-into': at('rewritten'),
  warning: '20%',
  critical: '5',
  pulls: '2',
  at: '2026-10-05T02:35:00Z',
  from: '2020-10-05T02:35:00Z',
  to: '2036-10-05T02:35:00Z',
  bucket: 'ci',
  listen: '127.0.0.1:0',
  'simulate --tls-ca-file': at('ca.pem'),
  'tls-name': 'hub.example',
  'simulate --account': 'ci:hunter2:paid',
  account: 'ci',
  limit: '100',
  'personal-limit': '200',
  window: '1h',
  scenario: 'outage',
  speed: '60',
  'tls-ca-file': at('ca.pem'),
  url: 'CONTROLLED',
  'health --url': 'SERVER',
  source: '198.51.100.7',
  repository: 'library/nginx',
  endpoint: 'manifest',
  times: '3',
  remove: 'ci',
};

/** Calls with the flags of a login, which need each other. */
function loginCalls(path: string, base: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const login = ['--server.username=visitor', `--server.password-file=${at('password.txt')}`];
  const [name = '', file = ''] = login.map((flag) => flag.replace(/=.*/, ''));
  const argv = [...base, '--server=SERVER'];
  return {
    [`${path} --server`]: base,
    [`${path} ${name}`]: [...argv, ...login.slice(1)],
    [`${path} ${file}`]: [...argv, ...login.slice(0, 1)],
  };
}

/** Where a flag needs another call: it stands beside others, or in the place of what the command is called with. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  // A server that logs only warnings or errors does not say that it is listening.
  'serve --verbose': ['--config.check'],
  'serve --log.level=warn': ['--config.check'],
  'serve --log.level=error': ['--config.check'],
  ...loginCalls('check', ['--credential=team']),
  ...loginCalls('wait', ['--pulls=1', '--credential=team']),
  ...loginCalls('plan', [at('pod.yml'), '--credential=anonymous']),
  ...loginCalls('forecast', ['--credential=ci']),
  ...loginCalls('history backup', ['FRESH']),
  ...loginCalls('report', ['--bucket=team']),
  'report --bucket': ['--server=SERVER'],
  'forecast --credential': ['--server=SERVER'],
  ...loginCalls('spending', []),
  'plan --limit': [at('pod.yml'), '--remaining=50'],
  'plan --window': [at('pod.yml'), '--remaining=50'],
  'plan --target': [at('Dockerfile')],
  'plan --lose-node': [at('pods.json')],
  'plan --restart': [at('pods.json')],
  'plan --cluster': [`--kubeconfig=${at('kubeconfig')}`],
  'plan --kubeconfig': ['--cluster'],
  'plan --context': ['--cluster', `--kubeconfig=${at('kubeconfig')}`],
  'plan --rewrite-into': [at('pod.yml'), '--rewrite=mirror.gcr.io'],
  'simulate --speed': ['--listen=127.0.0.1:0', '--scenario=outage'],
  'simulate --virtual': ['--scenario=outage'],
  'simulate --tls-ca-file': ['--listen=127.0.0.1:0', '--tls'],
  'simulate --tls-name': ['--listen=127.0.0.1:0', '--tls'],
  'simulate --listen': [],
  'simulate fault --clear': ['--url=CONTROLLED'],
  'simulate account --remove': ['--url=CONTROLLED'],
};
const ENDS = new Set(['--help', '--version', '--config.check', '--virtual']);

/** How a flag may be given: once for each value of a closed set. */
function spellings(path: string, { name, value, choices }: FlagRule): readonly string[] {
  if (value === undefined) return [`--${name}`];
  return (choices ?? [VALUES[`${path} --${name}`] ?? VALUES[name]]).map((one) => {
    if (one === undefined) throw new Error(`No value to test this flag with: ${path} --${name}`);
    return `--${name}=${one}`;
  });
}

/** The call of a command with a flag, given as often as `written` says. */
function callWith(path: string, base: HappyPath, flag: FlagRule, written: readonly string[]) {
  const argv =
    CALLS[`${path} ${written[0]}`] ?? CALLS[`${path} --${flag.name}`] ?? base.withFlag ?? base.argv;
  // A flag that the call has already is not given a second time.
  return [...argv.filter((one) => flag.repeatable || !one.startsWith(`--${flag.name}=`)), ...written];
}

function testCase(path: string, base: HappyPath, rest: readonly string[]) {
  const argv = [...path.split(' '), ...rest];
  const works = argv.some((one) => ENDS.has(one)) ? undefined : base.works;
  return { title: argv.join(' ').replaceAll(`${folder}/`, ''), argv, works };
}

const commands = (await shapesOf(COMMANDS)).map(({ path, shape }) => {
  const base = PATHS[path];
  if (!base) throw new Error(`No call to test this command with: ${path}`);
  return { path, shape, base };
});

/** Every command without a flag and with each of its flags, from the table that help is made of. */
const happyPaths = commands.flatMap(({ path, shape, base }) => {
  const words = (shape.words ?? []).map((word) => [word]);
  const plain = path === 'completion' ? words : [base.argv];
  const calls = shape.flags.flatMap((flag) =>
    spellings(path, flag).map((written) => callWith(path, base, flag, [written])),
  );
  return [...plain, ...calls].map((rest) => testCase(path, base, rest));
});

/** Every command with each of its flags given twice. */
const givenTwice = commands.flatMap(({ path, shape, base }) =>
  shape.flags.map((flag) => {
    const [written = ''] = spellings(path, flag);
    return {
      ...testCase(path, base, callWith(path, base, flag, [written, written])),
      isRefused: flag.value !== undefined && !flag.repeatable,
    };
  }),
);

beforeAll(async () => {
  const clock = testClock(new Date().toISOString());
  const hub = createSimulator({ port: 0, clock, log: SILENT_LOG });
  await hub.start();
  const controlled = createSimulator({ port: 0, clock, log: SILENT_LOG });
  await controlled.start();
  const spending = spendingOf({ sums: [sum({ team: 'shop' }, 1, 2)] });
  const web = createWeb(
    webOptions({ spending, seriesText: async () => HISTORY, backUpHistory: (use) => use(at('kept.db')) }),
  );
  await web.start();
  const receiver = await startReceiving(() => ({ status: 200, body: 'ok' }));
  const apiServer = await startReceiving(() => ({ status: 200, body: FILES['pods.json'] }));
  stops.push(
    () => hub.stop(),
    () => controlled.stop(),
    () => web.stop(),
    () => receiver.stop(),
    () => apiServer.stop(),
  );
  for (const { control } of [hub, controlled]) control.addAccount({ name: 'ci', password: 'hunter2' });
  Object.assign(places, {
    HUB: hub.url.origin,
    CONTROLLED: controlled.url.origin,
    SERVER: web.urls[0]?.origin,
    RECEIVER: receiver.origin,
  });
  const config = {
    hub: { url: places.HUB },
    credentials: [{ name: 'anonymous' }, { name: 'ci', username: 'ci', password: 'hunter2' }],
    alerts: { receivers: [{ name: 'hook', webhook: { url: `${places.RECEIVER}/hook` } }] },
  };
  const kubeconfig = {
    'current-context': 'prod',
    contexts: [{ name: 'prod', context: { cluster: 'prod' } }],
    clusters: [{ name: 'prod', cluster: { server: apiServer.origin } }],
  };
  const written = {
    ...FILES,
    'headroom.yml': JSON.stringify(config),
    kubeconfig: JSON.stringify(kubeconfig),
  };
  for (const [name, text] of Object.entries(written)) writeFileSync(at(name), text);
  const kept = createSqliteHistory({
    path: at('kept.db'),
    makesFolder: false,
    retentionMs: 86_400_000,
    clock,
    log: SILENT_LOG,
    every: () => () => undefined,
  });
  kept.open();
  kept.close();
});
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  rmSync(folder, { recursive: true });
});

let freshFiles = 0;

/** Replaces the names of servers by their URLs, and `FRESH` by a file that does not exist. */
function inPlace(text: string): string {
  if (text === 'FRESH') return at(`fresh-${++freshFiles}.db`);
  return text.replace(/\b(?:HUB|CONTROLLED|SERVER)\b/g, (word) => places[word as keyof typeof places]);
}

/** Runs a command until it ends, or until it has written what shows that it works, and then stops it. */
async function outcomeOf(argv: readonly string[], works: RegExp | undefined) {
  const env = {
    HEADROOM_HUB_URL: places.HUB,
    DOCKER_CONFIG: folder,
    HEADROOM_HISTORY_PATH: at('headroom.db'),
  };
  const running = start(argv.map(inPlace), { env });
  if (!works) return running.finished;
  // Both reject when the command ends before; the test then sees its exit code.
  await Promise.race([running.printed(works), running.complained(works)]).catch(() => undefined);
  return running.stop();
}

/** `demo` records a history of weeks before it serves, which takes seconds, and more on a machine with other work. */

describe('every documented command and flag works', () => {
  test.each(happyPaths)('headroom $title', async ({ argv, works }) => {
    const { exitCode, stdout, stderr } = await outcomeOf(argv, works);

    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    if (works) {
      expect(`${stdout}${stderr}`).toMatch(works);
      return;
    }
    // A health check that succeeds prints nothing.
    const isSilent = argv[0] === 'health' && !argv.includes('--help');
    expect({ isSilent: stdout === '' }).toEqual({ isSilent });
    // With the rewritten file on the standard output, the plan is on the standard error.
    if (!argv.some((one) => one.startsWith('--rewrite='))) expect(stderr).toBe('');
  });
});

describe('a flag given twice is accepted, or refused as part of a wrong command line', () => {
  test.each(givenTwice)('headroom $title', async ({ argv, works, isRefused }) => {
    const { exitCode, stderr } = await outcomeOf(argv, works);

    expect({ exitCode, stderr }).not.toMatchObject({ exitCode: EXIT.unforeseen });
    if (isRefused) expect(stderr).toContain('This flag may be given only once');
  });
});
