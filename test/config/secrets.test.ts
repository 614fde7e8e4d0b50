import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProgramResult } from '../../src/config/logins/run-program.ts';
import type { Written } from './load.ts';
import { load } from './load.ts';

/** What a helper answers when it fails with the secret on its tongue. */
function babbling(secret: string): () => Promise<ProgramResult> {
  return () => Promise.resolve({ kind: 'ended', exitCode: 1, stdout: `panic: ${secret}` });
}

function asYaml(...lines: string[]): string {
  return ['credentials:', '  - name: ci', ...lines.map((line) => `    ${line}`)].join('\n');
}

/** A history that is read from Prometheus, with these lines. */
function prometheus(...lines: string[]): string {
  const own = lines.map((line) => `    ${line}`);
  return ['history:', '  backend: prometheus', '  prometheus:', '    url: http://p:9090', ...own].join('\n');
}

/** A receiver with these keys. */
function receiver(keys: string): string {
  return `alerts:\n  receivers:\n    - { name: r, ${keys} }`;
}

/** A YAML file that is Docker's configuration with this content. */
function dockerConfig(content: string): Written {
  return { yaml: asYaml('docker_config_file: config.json'), files: { '/etc/config.json': content } };
}

/** Where a secret is planted: in right places, in wrong forms, and in places where people put it by mistake. */
const PLANTS: Readonly<Record<string, (secret: string) => Written>> = {
  password: (secret) => ({ yaml: asYaml('username: acme', `password: ${JSON.stringify(secret)}`) }),
  'password without quotes': (secret) => ({ yaml: asYaml('username: acme', `password: ${secret}`) }),
  'password as block': (secret) => ({ yaml: asYaml('username: acme', `password: |${secret}`) }),
  'password with a tag': (secret) => ({ yaml: asYaml('username: acme', `password: !${secret}`) }),
  'password as alias': (secret) => ({ yaml: asYaml('username: acme', `password: *${secret}`) }),
  'password in open quotes': (secret) => ({ yaml: asYaml('username: acme', `password: "${secret}`) }),
  'password in a list': (secret) => ({ yaml: asYaml('username: acme', `password: [${secret}]`) }),
  'password without user': (secret) => ({ yaml: asYaml(`password: ${JSON.stringify(secret)}`) }),
  'password behind the user': (secret) => ({ yaml: asYaml(`username: "acme:${secret}"`, 'password: x') }),
  'password as credential': (secret) => ({ yaml: `credentials: [${secret}]` }),
  'password as the file': (secret) => ({ yaml: secret }),
  'misspelled password': (secret) => ({
    yaml: asYaml('username: acme', `pasword: ${JSON.stringify(secret)}`),
  }),
  'password file': (secret) => ({
    yaml: asYaml('username: acme', 'password_file: p'),
    files: { '/etc/p': secret },
  }),
  proxy: (secret) => ({ yaml: asYaml(`route: { proxy_url: "http://u:${secret}@proxy:3128" }`) }),
  'proxy with a path': (secret) => ({ yaml: asYaml(`route: { proxy_url: "http://u:${secret}@proxy/x" }`) }),
  'proxy without scheme': (secret) => ({ yaml: asYaml(`route: { proxy_url: "u:${secret}@proxy:3128" }`) }),
  'proxy without host': (secret) => ({ yaml: asYaml(`route: { proxy_url: "http://u:${secret}" }`) }),
  'proxy of another kind': (secret) => ({ yaml: asYaml(`route: { proxy_url: "socks5://u:${secret}@p:1" }`) }),
  'proxy file': (secret) => ({
    yaml: asYaml('route: { proxy_url_file: p }'),
    files: { '/etc/p': `http://u:${secret}@proxy:3128` },
  }),
  'wrong proxy file': (secret) => ({
    yaml: asYaml('route: { proxy_url_file: p }'),
    files: { '/etc/p': secret },
  }),
  'hub URL': (secret) => ({ yaml: `hub: { url: "https://u:${secret}@hub.corp" }` }),
  'query of the hub URL': (secret) => ({ env: { HEADROOM_HUB_URL: `https://hub.corp?token=${secret}` } }),
  'CA file': (secret) => ({ yaml: 'hub: { ca_file: ca }', files: { '/etc/ca': secret } }),
  'web configuration file': (secret) => ({ yaml: 'web: { config_file: w }', files: { '/etc/w': secret } }),
  'bearer token': (secret) => ({ yaml: prometheus(`bearer_token: ${JSON.stringify(secret)}`) }),
  'bearer token of two words': (secret) => ({ yaml: prometheus(`bearer_token: "x ${secret}"`) }),
  'bearer token file': (secret) => ({
    yaml: prometheus('bearer_token_file: t'),
    files: { '/etc/t': secret },
  }),
  'wrong bearer token file': (secret) => ({
    yaml: prometheus('bearer_token_file: t'),
    files: { '/etc/t': `a ${secret}` },
  }),
  'password of the query API': (secret) => ({
    yaml: prometheus('username: u', `password: ${JSON.stringify(secret)}`),
  }),
  'header of the query API': (secret) => ({
    yaml: prometheus(`headers: { X-Scope-OrgID: ${JSON.stringify(secret)} }`),
  }),
  'wrong file of a header of the query API': (secret) => ({
    yaml: prometheus('headers_file: { X-A: h }'),
    files: { '/etc/h': `a\nb ${secret}` },
  }),
  'proxy of the query API': (secret) => ({
    yaml: prometheus(`proxy_url: "http://u:${secret}@proxy:3128"`),
  }),
  'wrong proxy of the query API': (secret) => ({
    yaml: prometheus(`proxy_url: "http://u:${secret}@proxy:3128/path"`),
  }),
  'URL of the query API': (secret) => ({
    yaml: `history: { backend: prometheus, prometheus: { url: "http://u:${secret}@p:9090" } }`,
  }),
  'webhook of a receiver': (secret) => ({ yaml: receiver(`slack: { webhook_url: "https://a/${secret}" }`) }),
  'webhook that is no URL': (secret) => ({ yaml: receiver(`teams: { webhook_url: ${secret} }`) }),
  'webhook file': (secret) => ({
    yaml: receiver('discord: { webhook_url_file: w }'),
    files: { '/etc/w': `https://a/${secret}` },
  }),
  'wrong webhook file': (secret) => ({
    yaml: receiver('discord: { webhook_url_file: w }'),
    files: { '/etc/w': secret },
  }),
  'webhook in the environment': (secret) => ({ env: { SLACK_WEBHOOK_URL: `https://a/${secret}` } }),
  'webhook without scheme': (secret) => ({ env: { SLACK_WEBHOOK_URL: `a/${secret}` } }),
  'token of a bot': (secret) => ({ yaml: receiver(`slack_bot: { token: ${secret}, channel: C1 }`) }),
  'token of two words': (secret) => ({ yaml: receiver(`slack_bot: { token: "a ${secret}", channel: C1 }`) }),
  'header of a webhook': (secret) => ({
    yaml: receiver(`webhook: { url: "https://a", headers: { X-A: ${secret} } }`),
  }),
  'header of two lines': (secret) => ({
    yaml: receiver(`webhook: { url: "https://a", headers: { X-A: "a\\n${secret}" } }`),
  }),
  'header that is a list': (secret) => ({
    yaml: receiver(`webhook: { url: "https://a", headers: { X-A: [${secret}] } }`),
  }),
  'headers that are none': (secret) => ({
    yaml: receiver(`webhook: { url: "https://a", headers: ${secret} }`),
  }),
  'key of signatures': (secret) => ({
    yaml: receiver(`webhook: { url: "https://a", hmac_secret: ${secret} }`),
  }),
  'login of Alertmanager': (secret) => ({
    yaml: receiver(`alertmanager: { url: "http://am", username: u, password: ${secret} }`),
  }),
  'URL of Alertmanager': (secret) => ({ yaml: receiver(`alertmanager: { url: "http://u:${secret}@am" }`) }),
  'routing key': (secret) => ({ yaml: receiver(`pagerduty: { routing_key: ${secret} }`) }),
  'topic of ntfy': (secret) => ({ yaml: receiver(`ntfy: { topic: ${secret} }`) }),
  'topic that is none': (secret) => ({ yaml: receiver(`ntfy: { topic: "a/${secret}" }`) }),
  'receiver that is a webhook': (secret) => ({ yaml: `alerts: { receivers: ["https://a/${secret}"] }` }),
  'kind that is a webhook': (secret) => ({ yaml: receiver(`slack: "https://a/${secret}"`) }),
  environment: (secret) => ({ env: { DOCKERHUB_USERNAME: 'acme', DOCKERHUB_PASSWORD: secret } }),
  'environment without user': (secret) => ({ env: { DOCKERHUB_PASSWORD: secret } }),
  'environment, behind the user': (secret) => ({
    env: { DOCKERHUB_USERNAME: `acme:${secret}`, DOCKERHUB_PASSWORD: secret },
  }),
  'unknown flag': (secret) => ({ args: [`--dockerhub.password=${secret}`] }),
  'Docker configuration': (secret) =>
    dockerConfig(JSON.stringify({ auths: { 'docker.io': { username: 'acme', password: secret } } })),
  'identity token': (secret) =>
    dockerConfig(JSON.stringify({ auths: { 'docker.io': { identitytoken: secret } } })),
  'Docker configuration that is not JSON': (secret) => dockerConfig(`{"auths": ${secret}`),
  'auth that is not base64': (secret) =>
    dockerConfig(JSON.stringify({ auths: { 'docker.io': { auth: `:${secret}` } } })),
  'auth without user': (secret) =>
    dockerConfig(
      JSON.stringify({ auths: { 'docker.io': { auth: Buffer.from(secret).toString('base64') } } }),
    ),
  'name of a helper': (secret) => dockerConfig(JSON.stringify({ credsStore: `/${secret}` })),
  'output of a helper': (secret) => ({
    ...dockerConfig('{"credsStore":"pass"}'),
    runProgram: babbling(secret),
  }),
};

/** Everything that a configuration, or an attempt to read it, shows. */
async function everythingShown(written: Written): Promise<string> {
  const shown: unknown[] = [];
  try {
    const config = await load(written);
    shown.push(config, config.maskedYaml);
    shown.push(await config.history.prometheus?.readAuthorization().catch((error) => error));
    for (const { target } of config.alerts.receivers) {
      const reads = Object.values(target).filter((part) => typeof part === 'function');
      for (const read of reads) shown.push(await read().catch((error: unknown) => error));
    }
    for (const { readLogin } of config.credentials) shown.push(await readLogin?.().catch((error) => error));
  } catch (error) {
    shown.push(error);
  }
  return shown
    .flatMap((value) => [
      inspect(value, { depth: 20, showHidden: true }),
      JSON.stringify(value),
      String(value),
      value instanceof Error ? `${value.message} ${value.stack}` : '',
    ])
    .join('\n');
}

describe('a secret', () => {
  /** No part of any message, and no YAML: what happens to special characters is for the tests of each reader. */
  const secretText = fc.stringMatching(/^[G-Zg-z][G-Zg-z0-9]{12,20}[G-Zg-z]$/);

  test.each(Object.keys(PLANTS))('never shows: %s', async (place) => {
    const plant = PLANTS[place];
    await fc.assert(
      fc.asyncProperty(secretText, async (secret) => {
        const text = await everythingShown(plant?.(secret) ?? {});
        expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
        expect(text).not.toContain(Buffer.from(secret).toString('base64').replace(/=+$/, ''));
      }),
      { numRuns: 20 },
    );
  });

  test('is seen by this test where it does show', async () => {
    expect(await everythingShown({ yaml: 'log: { level: hunter2 }' })).toContain('hunter2');
  });

  test.each([
    '!a*b&c',
    '@x',
    '%y',
    '*z',
    '&w',
    '|v',
    '>u',
    '#t',
    '`s',
    '"q',
    "'p",
    '- o',
    '? n',
    '{m',
    '[l',
    'a: b',
  ])('that YAML takes for something else never shows: %s', async (special) => {
    const written = { yaml: asYaml('username: acme', `password: ${special}hunter2hunter2`) };

    expect(await everythingShown(written)).not.toContain('hunter2');
  });
});
