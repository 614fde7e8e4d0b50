import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { passwordFileLogin } from '../../src/config/files.ts';
import { eventually, runHeadroom } from '../end-to-end/headroom-process.ts';
import { temporaryFolder } from '../end-to-end/temporary-folder.ts';
import { credential } from '../hub/fixtures.ts';
import { type SimulatedHub, startSimulatedHub } from '../hub/simulated-hub.ts';
import { type AttackRow, expectAttackTable } from './attack-table.ts';

/** The parallel runs of `check`; more by HEADROOM_TEST_CHECKS. */
const PARALLEL = Number(process.env.HEADROOM_TEST_CHECKS ?? 10);
const rows = new Map<string, AttackRow>();

/** A hub that locks a name after five failed logins, and an environment with a cache folder. */
async function attacked(folder = temporaryFolder().path) {
  const hub = await startSimulatedHub();
  hub.control.addAccount({ name: 'acmeci', password: 'right' });
  const env = {
    HEADROOM_HUB_URL: hub.simulator.url.origin,
    DOCKERHUB_USERNAME: 'acmeci',
    DOCKERHUB_PASSWORD: 'wrong',
    HEADROOM_HISTORY_PATH: join(folder, 'headroom.db'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
  return { hub, env, folder };
}

type Env = Readonly<Record<string, string>>;

async function runToEnd(args: readonly string[], env: Env) {
  const { exited, output } = runHeadroom(args, env);
  return { exitCode: await exited, ...output };
}

function failedLogins({ control }: SimulatedHub): number {
  return control
    .ledger()
    .filter(({ path, status }) => path === '/token' && (status === 401 || status === 429)).length;
}

/** Starts `serve`, waits for the result of the login in its metrics, and stops it. */
async function serveOnce(env: Env): Promise<string> {
  const headroom = runHeadroom(['--web.listen-address=127.0.0.1:0'], env);
  const metrics = await eventually(async () => {
    const text = await (await headroom.get('/metrics')).text();
    expect(text).toMatch(/poll_failures_total\{credential="acmeci",reason="unauthorized"\} 1/);
    return text;
  });
  headroom.child.kill('SIGTERM');
  await headroom.exited;
  return metrics;
}

describe('a wrong password', () => {
  test('is sent once by five runs of check, and the right one is sent at once', async () => {
    const { hub, env } = await attacked();
    const outputs: string[] = [];
    for (let i = 0; i < 5; i += 1) outputs.push((await runToEnd(['check'], env)).stdout);
    const sent = failedLogins(hub);
    const right = await runToEnd(['check'], { ...env, DOCKERHUB_PASSWORD: 'right' });

    expect(outputs[4]).toMatch(/rejected this login at .*; this login is not sent again before/);
    expect([sent, right.exitCode]).toEqual([1, 0]);
    rows.set('sequence', {
      attack:
        'five runs of `check` with a wrong password, one after the other, then one with the right password',
      measured: `failed logins at the hub: ${sent}; exit code of the last run: ${right.exitCode}`,
      seen: '`check`: "The token service rejected this login at …; this login is not sent again before …"',
    });
  });

  test(`is sent once by ${PARALLEL} runs of check at once`, async () => {
    const { hub, env } = await attacked();
    const runs = await Promise.all(Array.from({ length: PARALLEL }, () => runToEnd(['check'], env)));
    const sent = failedLogins(hub);

    expect(new Set(runs.map(({ exitCode }) => exitCode))).toEqual(new Set([2]));
    expect(sent).toBe(1);
    rows.set('parallel', {
      attack: 'ten runs of `check` with one wrong password at the same time',
      measured: `failed logins at the hub: ${sent}`,
      seen: 'all of them: exit code 2, "Docker Hub rejects this login"',
    });
  });

  test('is not sent again by the other commands', async () => {
    const { hub, env, folder } = await attacked();
    const compose = join(folder, 'compose.yaml');
    writeFileSync(compose, 'services: { web: { image: "nginx:1.29" } }');
    await runToEnd(['check'], env);
    const wait = await runToEnd(['wait', '--pulls=1', '--credential=acmeci'], env);
    const diagnose = await runToEnd(['diagnose'], env);
    const plan = await runToEnd(['plan', '--credential=acmeci', compose], env);
    const sent = failedLogins(hub);

    expect([wait.exitCode, diagnose.exitCode, sent]).toEqual([1, 0, 1]);
    expect(diagnose.stdout).toContain('is not sent again before');
    expect(`${plan.stdout}${plan.stderr}`).toContain('rejects this login');
    rows.set('commands', {
      attack: '`check`, then `wait`, `diagnose` and `plan` with the same wrong password',
      measured: `failed logins at the hub: ${sent}`,
      seen: 'each command says that Docker Hub rejects the login',
    });
  });

  test('is sent once by serve that is restarted five times, and not by check beside it', async () => {
    const { hub, env, folder } = await attacked();
    for (let i = 0; i < 5; i += 1) {
      // The history file stores the rejection, even if the cache folder is lost.
      await serveOnce({ ...env, XDG_CACHE_HOME: join(folder, `cache-${i}`) });
    }
    const restarted = failedLogins(hub);
    const check = await runToEnd(['check'], { ...env, XDG_CACHE_HOME: join(folder, 'cache-0') });

    expect([restarted, failedLogins(hub), check.exitCode]).toEqual([1, 1, 2]);
    rows.set('serve', {
      attack: '`serve` with a wrong password, restarted five times; then `check` by the same user',
      measured: `failed logins at the hub: ${failedLogins(hub)}`,
      seen: '`dockerhub_poll_failures_total{reason="unauthorized"}`, and the time of the rejection on the page',
    });
  });

  test('is sent by each run where the cache folder cannot be used, with a warning', async () => {
    const { hub, env, folder } = await attacked();
    writeFileSync(join(folder, 'cache'), 'a file in the place of the folder');
    const runs = [await runToEnd(['check'], env), await runToEnd(['check'], env)];
    const warnings = runs.map(({ stderr }) => stderr.match(/^Warning: .*$/gm)?.length);
    const sent = failedLogins(hub);

    expect([sent, warnings]).toEqual([2, [1, 1]]);
    rows.set('unusable', {
      attack: 'two runs of `check` with a wrong password, where the cache folder cannot be used',
      measured: `failed logins at the hub: ${sent}`,
      seen: 'stderr: "Warning: the next command may send this rejected login again, which can lock the account: …"',
    });
  });
});

test('a password file that changes is followed at the next poll', async () => {
  const { connect, control } = await startSimulatedHub();
  control.addAccount({ name: 'acmeci', password: 'right' });
  const folder = temporaryFolder();
  const path = folder.write('password', 'right\n');
  const readLogin = passwordFileLogin('acmeci', path, (file) => readFile(file, 'utf8'));
  const hub = connect();
  const kinds: string[] = [];
  for (const content of ['right', 'wrong', 'wrong', '', 'right']) {
    folder.write('password', content);
    const reading = await hub.probe(credential({ name: 'ci', readLogin }));
    kinds.push(reading.kind === 'failed' ? reading.reason : reading.kind);
  }

  expect(kinds).toEqual(['metered', 'unauthorized', 'unauthorized', 'login_unreadable', 'metered']);
  rows.set('rotation', {
    attack: 'a password file: right, then wrong for two polls, then empty, then right again',
    measured: `results of the five polls: ${kinds.map((kind) => `\`${kind}\``).join(', ')}`,
    seen: 'the result of the first poll after each change',
  });
});

test('the document has the measured values', async () => {
  await expectAttackTable('logins', [...rows.values()]);
});
