import { describe, expect, test } from 'vitest';
import { startProxy } from '../hub/connect-proxy.ts';
import { startSimulatedHub } from '../hub/simulated-hub.ts';
import { ECHOES, type Echo, startEchoingHub } from './echoing-hub.ts';
import { eventually, runHeadroom } from './headroom-process.ts';
import { readEverything } from './read-everything.ts';
import { plantSecrets, type SecretTargets } from './secret-configuration.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { findTraces } from './traces.ts';

/** A port without a listener. */
const DEAD_PORT = 1;
/** What tokens look like, Docker's and the simulator's. */
const TOKENS = /eyJ[\w-]{10,}|dckr_\w+_[\w-]{8,}/;

async function placesAround(hubUrl: string): Promise<SecretTargets> {
  const { url } = await startProxy(0, 407);
  return { hubUrl, refusingProxyPort: Number(url.port), deadProxyPort: DEAD_PORT };
}

async function startHub(echo: Echo | undefined): Promise<string> {
  if (echo) return await startEchoingHub(echo);
  const { control, simulator } = await startSimulatedHub();
  // Some logins are right, so that there are tokens to be given away.
  control.addAccount({ name: 'planted', password: 'pl4nted-password"1&<>' });
  control.addAccount({ name: 'helped', password: 'pl4nted-helper-5' });
  return simulator.url.origin;
}

/** Who answers, and how Headroom logs. */
const RUNS: readonly { readonly echo?: Echo; readonly hub: string; readonly format: string }[] = [
  { hub: 'a good hub', format: 'logfmt' },
  { hub: 'a good hub', format: 'json' },
  ...(Object.keys(ECHOES) as Echo[]).map((echo) => ({
    echo,
    hub: `a hub that repeats ${echo}`,
    format: 'logfmt',
  })),
];

describe('a planted secret', () => {
  test.each(RUNS)('shows nowhere in a running Headroom, with $hub and $format', async ({ echo, format }) => {
    const planted = plantSecrets(temporaryFolder(), await placesAround(await startHub(echo)));
    const headroom = runHeadroom([...planted.args, `--log.format=${format}`], planted.env);
    const { authorization, secrets, credentials } = planted;
    await eventually(async () => {
      const answer = await headroom.get('/-/ready', { headers: { authorization } });
      expect(answer.status).toBe(200);
    });

    const answers = await readEverything(headroom, planted);
    headroom.child.kill('SIGTERM');
    await headroom.exited;

    const { stdout, stderr } = headroom.output;
    const all = [...answers, { place: 'the log', text: stdout + stderr }];
    for (const { place, text } of all) {
      expect({ place, traces: findTraces(text, secrets) }).toEqual({ place, traces: [] });
      expect(text).not.toMatch(TOKENS);
    }
    // What is no secret is found by the same search: it would have found the others.
    const markers = credentials.map((name) => ({ name, text: name }));
    for (const place of ['/', '/metrics', '/config', '/api/v1/summary', '/api/v1/credentials', 'the log']) {
      for (const { text } of all.filter((answer) => answer.place === place && isAdmitted(answer.text))) {
        expect({ place, found: findTraces(text, markers) }).toEqual({ place, found: credentials });
      }
    }
  });
});

describe('a secret in a bad configuration', () => {
  // what is wrong | the file, around a secret
  const MISTAKES: readonly [string, (secret: string, settings: object) => string | object][] = [
    ['a misspelled key', (pasword, settings) => ({ ...settings, credentials: [{ name: 'a', pasword }] })],
    ['a password without a user', (password) => ({ credentials: [{ name: 'a', password }] })],
    ['a password as a credential', (secret) => ({ credentials: [secret] })],
    ['a password as the whole file', (secret) => JSON.stringify(secret)],
    ['a password twice', (secret) => `credentials:\n- name: a\n  password: "x\n  password: ${secret}\n`],
    [
      'a proxy with a path',
      (secret) => ({
        credentials: [
          { name: 'a', route: { proxy_url: `http://u:${encodeURIComponent(secret)}@127.0.0.1/x` } },
        ],
      }),
    ],
    ['a hub with a user', (secret) => ({ hub: { url: `https://u:${encodeURIComponent(secret)}@hub.test` } })],
  ];

  test('shows neither at a reload nor at a check', async () => {
    const folder = temporaryFolder();
    const { simulator } = await startSimulatedHub();
    const planted = plantSecrets(folder, await placesAround(simulator.url.origin));
    const { authorization, secrets, env, args, settings } = planted;
    const headroom = runHeadroom(args, env);
    await headroom.url();
    const said: { mistake: string; by: string; text: string }[] = [];

    for (const [mistake, write] of MISTAKES) {
      for (const { text: secret } of secrets) {
        folder.write('headroom.yml', write(secret, settings));
        const answer = await headroom.get('/-/reload', { method: 'POST', headers: { authorization } });
        expect({ mistake, status: answer.status }).toEqual({ mistake, status: 500 });
        said.push({ mistake, by: 'reload', text: await answer.text() });
      }
      const check = runHeadroom([...args, '--config.check'], env);
      expect(await check.exited).toBe(2);
      said.push({ mistake, by: 'check', text: check.output.stderr + check.output.stdout });
    }
    said.push({ mistake: 'all', by: 'log', text: headroom.output.stderr });

    for (const { mistake, by, text } of said) {
      expect({ mistake, by, traces: findTraces(text, secrets) }).toEqual({ mistake, by, traces: [] });
      expect(text).toContain('headroom.yml:');
    }
  });
});

function isAdmitted(answer: string): boolean {
  return answer.startsWith('200') || !/^\d{3}\n/.test(answer);
}
