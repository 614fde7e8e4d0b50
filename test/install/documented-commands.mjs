/**
 * `npm run documented-commands`: clones the checkout, and types every command of README.md and docs/install.md there, with an
 * empty home. Prints each command with what it printed, and lists those that were not run, with the reason. A command
 * without a rule is an error. Docker Hub is the simulator; the package registry is used.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, run } from './run-program.mjs';

const PROJECT = resolve(import.meta.dirname, '../..');
/** How long a server may take until it responds, with installation and build, in milliseconds. */
const START_MS = 300_000;
const SHOWN_LINES = 6;

const DAEMON = 'needs the daemon of Docker, and images of the internet';
const CLUSTER = 'needs a cluster';
const SYSTEMD = 'needs root and systemd';
const UNPUBLISHED = 'not published yet';

/** What is done with a command, by the first pattern that it matches. `also` is run in place of a command that cannot be run. */
const RULES = [
  { match: /^npm ci && npm test/, skip: 'the tests themselves: .ci/run runs them' },
  {
    match: /^npm ci && npm (start|run demo)$|^headroom$|^DOCKERHUB_USERNAME=|npm start$/,
    serves: '/-/ready',
  },
  { match: /^node dist\/main\.js simulate &$/, serves: ':5429/' },
  {
    match: /^node dist\/main\.js wait .*&& kubectl/,
    skip: CLUSTER,
    also: 'node dist/main.js wait --pulls 40',
  },
  { match: /^node dist\/main\.js plan /, codes: [0, 3] },
  { match: /^(npm (run build|pack|install --global dockerhub-headroom-)|node dist\/main\.js )/ },
  { match: /^npm i -g/, skip: UNPUBLISHED },
  { match: /^(sudo|echo HEADROOM_CONFIG_FILE|systemctl)/, skip: SYSTEMD },
  { match: /^docker (run|inspect)/, skip: DAEMON },
  {
    match: /^docker compose/,
    skip: DAEMON,
    also: 'docker compose -f deploy/compose/compose.yaml config --quiet',
    needs: 'docker compose version',
  },
  { match: /^helm install headroom oci:/, skip: UNPUBLISHED },
  {
    match: /^helm install/,
    skip: CLUSTER,
    also: 'helm template headroom deploy/helm/headroom --namespace headroom',
    needs: 'helm version',
  },
  { match: /^helm test|^kubectl .*(port-forward|rollout)/, skip: CLUSTER },
  {
    match: /^kubectl apply -k (\S+)/,
    skip: CLUSTER,
    also: 'kubectl kustomize $1',
    needs: 'kubectl version --client',
  },
  {
    match: /^kubectl .* create secret/,
    append: ' --dry-run=client --output name',
    needs: 'kubectl version --client',
  },
];

/** The commands of a document: lines of its shell blocks, and of tables with one command in a row, without comments. */
function commandsOf(path) {
  const text = readFileSync(join(PROJECT, path), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$|^\|[^|`]*\| `([^`]+)` \|$/gms)];
  return blocks
    .map(([, block, row]) => (block ?? row).replaceAll(/\\\n\s*/g, ''))
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/\s+# .*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

const folder = mkdtempSync(join(tmpdir(), 'headroom-documented-'));
const checkout = join(folder, 'headroom');
const ports = { hub: await freePort(), page: await freePort() };
/** The way to the package registry is that of this machine; everything else of the user is left out. */
const WAY_OUT =
  /^(npm_config_(registry|cafile|cache|.*proxy)|node_extra_ca_certs|ssl_cert_(file|dir)|https?_proxy|no_proxy)$/i;
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => WAY_OUT.test(name))),
  PATH: `${join(folder, 'prefix/bin')}:${process.env.PATH}`,
  HOME: join(folder, 'home'),
  npm_config_prefix: join(folder, 'prefix'),
  HEADROOM_HUB_URL: `http://127.0.0.1:${ports.hub}`,
  HEADROOM_LISTEN_ADDRESS: `127.0.0.1:${ports.page}`,
};
const notRun = [];
const failed = [];

/** Prints a command with the beginning of what it printed. */
function show(command, output, code) {
  const lines = output.trim().split('\n');
  const more = lines.length > SHOWN_LINES ? [`… ${lines.length - SHOWN_LINES} more lines`] : [];
  const text = [`$ ${command}`, ...lines.slice(0, SHOWN_LINES), ...more, `(${code})`, ''].join('\n');
  process.stdout.write(`${text}\n`);
}

function typeCommand(command, { codes = [0] } = {}) {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: checkout,
    env,
    encoding: 'utf8',
  });
  show(command, `${stdout}${stderr}`, `exit code ${status}`);
  if (!codes.includes(status)) failed.push(command);
}

/** Runs a command that does not end until it responds, and stops it with all its processes. */
async function typeServer(command, where) {
  const child = spawn('bash', ['-c', command.replace(/ &$/, '')], { cwd: checkout, env, detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
  const ended = new Promise((settle) => child.once('close', (code) => settle(`exit code ${code}`)));
  const url = `http://127.0.0.1${where.startsWith(':') ? where : `:${ports.page}${where}`}`;
  const deadline = performance.now() + START_MS;
  let outcome;
  while (outcome === undefined && performance.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    if (response && (response.ok || where.startsWith(':'))) outcome = `${url} responds`;
    else outcome = await Promise.race([ended, new Promise((settle) => setTimeout(settle, 500))]);
  }
  if (!outcome?.endsWith('responds')) failed.push(command);
  try {
    process.kill(-child.pid, 'SIGTERM');
    await ended;
  } catch {
    // It has ended by itself, which is noted above.
  }
  // The end: what npm printed before is of no interest.
  show(command, output.trim().split('\n').slice(-SHOWN_LINES).join('\n'), outcome ?? 'no response');
}

/** Clones the checkout, which may belong to another user, or copies it if it has no Git directory. */
function cloneTo(path) {
  if (existsSync(join(PROJECT, '.git'))) {
    const settings = join(folder, 'gitconfig');
    writeFileSync(settings, '[safe]\n\tdirectory = *\n');
    const gitEnv = { ...process.env, GIT_CONFIG_GLOBAL: settings };
    run('git', ['clone', '--quiet', '--no-local', PROJECT, path], { env: gitEnv });
    return;
  }
  const left = new Set(['node_modules', 'dist', 'data'].map((name) => join(PROJECT, name)));
  cpSync(PROJECT, path, { recursive: true, filter: (source) => !left.has(source) });
}

function isInstalled(probe) {
  return spawnSync('bash', ['-c', probe], { env }).status === 0;
}

async function type(command) {
  const rule = RULES.find(({ match }) => match.test(command));
  if (!rule) {
    failed.push(`${command} (no rule for it in documented-commands.mjs)`);
    return;
  }
  const { match, skip, serves, also, append = '', needs } = rule;
  const isPossible = needs === undefined || isInstalled(needs);
  if (skip || !isPossible)
    notRun.push(
      `${command}: ${skip ?? `${needs} fails`}${also && isPossible ? '; run in its place: see above' : ''}`,
    );
  if (!isPossible) return;
  if (serves) await typeServer(command, serves);
  else if (also) typeCommand(match.exec(command)[0].replace(match, also));
  else if (!skip) typeCommand(`${command}${append}`, rule);
}

const hub = spawn('node', [
  join(PROJECT, 'dist/main.js'),
  'simulate',
  `--listen=127.0.0.1:${ports.hub}`,
  '--account',
  'acmeci:hunter2',
]);
try {
  mkdirSync(env.HOME);
  cloneTo(checkout);
  // The files that the commands read: a token, the URL of a webhook, a certificate.
  for (const name of ['token.txt', 'slack-url.txt', 'web-config.yml', 'tls.crt', 'tls.key', 'headroom.yml'])
    writeFileSync(join(checkout, name), name === 'token.txt' ? 'hunter2\n' : '');
  const commands = [...commandsOf('README.md'), ...commandsOf('docs/install.md')];
  for (const command of commands) await type(command.replace('/run/secrets/dockerhub ', './token.txt '));
  process.stdout.write(`Not run:\n${notRun.map((line) => `  ${line}`).join('\n')}\n`);
  if (failed.length > 0) process.stdout.write(`Failed:\n${failed.map((line) => `  ${line}`).join('\n')}\n`);
  process.stdout.write(`${commands.length} commands, ${notRun.length} not run, ${failed.length} failed\n`);
  process.exitCode = failed.length > 0 ? 1 : 0;
} finally {
  hub.kill();
  rmSync(folder, { recursive: true, force: true });
}
