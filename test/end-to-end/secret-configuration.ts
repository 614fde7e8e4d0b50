import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import type { TemporaryFolder } from './temporary-folder.ts';
import type { Planted } from './traces.ts';

/** A configuration full of secrets. */
export interface SecretConfiguration {
  /** Arguments and environment to run it with. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly file: string;
  readonly settings: object;
  readonly secrets: readonly Planted[];
  /** Names of the credentials: no secrets, to be found nearly everywhere. */
  readonly credentials: readonly string[];
  /** What a browser sends. */
  readonly authorization: string;
}

/** Where requests go. */
export interface SecretTargets {
  readonly hubUrl: string;
  /** Ports of a proxy that refuses, and of one that is not there. */
  readonly refusingProxyPort: number;
  readonly deadProxyPort: number;
}

/** One for each place in which a secret can be configured; with characters that are written differently everywhere. */
const SECRET = {
  password: 'pl4nted-password"1&<>',
  passwordFile: 'pl4nted/file+2 ü',
  dockerAuth: 'pl4nted:auth%3',
  identityToken: 'pl4nted.identity.token~4',
  helper: 'pl4nted-helper-5',
  brokenHelper: 'pl4nted-broken-helper-6',
  environment: 'pl4nted-environment-7$x',
  proxy: 'pl4nted-proxy@8',
  proxyFile: 'pl4nted-proxy-file-9',
  web: 'pl4nted-web-10',
} as const;

/** Writes a configuration with a secret in each place that takes one. */
export function plantSecrets(folder: TemporaryFolder, places: SecretTargets): SecretConfiguration {
  const webHash = bcrypt.hashSync(SECRET.web, 4);
  const settings = {
    hub: { url: places.hubUrl },
    web: {
      listen_address: '127.0.0.1:0',
      config_file: folder.write('web.yml', { basic_auth_users: { reader: webHash } }),
    },
    metrics: { compatibility: ['viadee', 'jadolg', 'tcaty'] },
    credentials: credentialsIn(folder, places),
  };
  const file = folder.write('headroom.yml', settings);
  return {
    args: [`--config.file=${file}`, '--log.level=debug'],
    env: {
      PATH: `${writeHelpers(folder)}:${process.env.PATH}`,
      DOCKERHUB_USERNAME: 'environment',
      DOCKERHUB_PASSWORD: SECRET.environment,
    },
    file,
    settings,
    secrets: [
      ...Object.entries(SECRET).map(([name, text]) => ({ name, text })),
      { name: 'web hash', text: webHash },
    ],
    credentials: [...settings.credentials.map(({ name }) => name), 'environment'],
    authorization: `Basic ${Buffer.from(`reader:${SECRET.web}`).toString('base64')}`,
  };
}

function credentialsIn(folder: TemporaryFolder, { refusingProxyPort, deadProxyPort }: SecretTargets) {
  const dockerConfig = (name: string, content: object) => ({
    docker_config_file: folder.write(`${name}.json`, content),
  });
  const auth = Buffer.from(`docker:${SECRET.dockerAuth}`).toString('base64');
  const refusing = `http://user:${encodeURIComponent(SECRET.proxy)}@127.0.0.1:${refusingProxyPort}`;
  const dead = `http://user:${encodeURIComponent(SECRET.proxyFile)}@127.0.0.1:${deadProxyPort}`;
  return [
    { name: 'by-password', username: 'planted', password: SECRET.password },
    { name: 'by-file', username: 'planted2', password_file: folder.write('password', SECRET.passwordFile) },
    { name: 'by-auth', ...dockerConfig('auth', { auths: { 'index.docker.io': { auth } } }) },
    {
      name: 'by-token',
      ...dockerConfig('token', { auths: { 'docker.io': { identitytoken: SECRET.identityToken } } }),
    },
    { name: 'by-helper', ...dockerConfig('helper', { credsStore: 'planted' }) },
    { name: 'by-broken-helper', ...dockerConfig('broken', { credsStore: 'broken' }) },
    { name: 'by-proxy', route: { proxy_url: refusing } },
    { name: 'by-proxy-file', route: { proxy_url_file: folder.write('proxy', dead) } },
  ];
}

/** Two programs of which one answers and one fails, both with the secret on their tongues. */
function writeHelpers(folder: TemporaryFolder): string {
  const bin = join(folder.path, 'bin');
  mkdirSync(bin);
  const answer = JSON.stringify({ Username: 'helped', Secret: SECRET.helper });
  const scripts = {
    planted: `cat >/dev/null; echo ${SECRET.helper} >&2; echo '${answer}'`,
    broken: `cat >/dev/null; echo ${SECRET.brokenHelper} >&2; echo 'panic: ${SECRET.brokenHelper}'; exit 3`,
  };
  for (const [name, script] of Object.entries(scripts)) {
    chmodSync(folder.write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`), 0o755);
  }
  return bin;
}
