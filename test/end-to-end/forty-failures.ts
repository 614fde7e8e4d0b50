import type { FaultName } from '../../src/simulator/faults/faults.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

/**
 * How a credential in trouble stands: `limited`, `unlimited`, the reason of its failure, or `waiting` for an answer that
 * does not come.
 */
export type Plight = string;

/** A credential in a trouble of its own. */
export interface TroubledCredential {
  readonly settings: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly plight: Plight;
}

/** Everything that can be wrong with a hub, as far as one address or account sees it, and what Headroom calls it. */
export const HUB_FAULTS: Readonly<Record<FaultName, Plight>> = {
  unmetered: 'unlimited',
  'missing-headers': 'unlimited',
  'empty-numbers': 'invalid_header',
  'no-window': 'limited',
  zero: 'limited',
  'false-full': 'limited',
  'garbage-headers': 'invalid_header',
  'changing-source': 'limited',
  'changing-egress': 'limited',
  'dropped-to-anonymous': 'limited',
  'pull-limit': 'limited',
  abuse: 'blocked_abuse',
  'abuse-without-retry-after': 'blocked_abuse',
  'abuse-bare-lf': 'blocked_abuse',
  'login-locked': 'blocked_login',
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  // Struck at the token service already.
  'not-found': 'token_error',
  'server-error': 'server_error',
  unavailable: 'server_error',
  'captive-portal': 'unexpected_response',
  redirect: 'unexpected_response',
  hang: 'waiting',
  reset: 'reset',
  slow: 'waiting',
  'access-token-only': 'limited',
  'no-token': 'token_error',
  'huge-token': 'token_error',
};

/** Faults that only a login can meet. */
export const LOGIN_FAULTS: ReadonlySet<FaultName> = new Set(['dropped-to-anonymous', 'login-locked']);

/** Where the proxies are. */
export interface TroublePorts {
  readonly refusingProxy: number;
  /** Accepts the connection, and sends nothing. */
  readonly silentProxy: number;
  /** Leads to something that speaks no TLS. */
  readonly misleadingProxy: number;
  /** A port without a listener. */
  readonly dead: number;
}

/** Credentials that are wrong by themselves, or by the way they take. */
export function troubledByThemselves(folder: TemporaryFolder, ports: TroublePorts): TroubledCredential[] {
  const login = { username: 'acmeci' };
  const through = (port: number) => ({ route: { proxy_url: `http://127.0.0.1:${port}` } });
  const helper = (name: string) => ({
    docker_config_file: folder.write(`${name}.json`, { credsStore: name }),
  });
  return [
    { settings: { name: 'wrong-password', ...login, password: 'wrong' }, plight: 'unauthorized' },
    {
      settings: { name: 'no-such-user', username: 'nobody', password: 'right' },
      plight: 'unauthorized',
    },
    {
      settings: { name: 'lost-file', ...login, password_file: folder.write('lost-file', 'right') },
      plight: 'login_unreadable',
    },
    {
      settings: {
        name: 'emptied-file',
        ...login,
        password_file: folder.write('emptied-file', 'right'),
      },
      plight: 'login_unreadable',
    },
    {
      settings: {
        name: 'broken-docker-config',
        docker_config_file: folder.write('broken-docker-config', {
          auths: { 'docker.io': { auth: btoa('acmeci:right') } },
        }),
      },
      plight: 'login_unreadable',
    },
    { settings: { name: 'missing-helper', ...helper('missing-helper') }, plight: 'login_unreadable' },
    { settings: { name: 'missing-image', image: 'acme/missing' }, plight: 'not_found' },
    { settings: { name: 'dead-proxy', ...through(ports.dead) }, plight: 'proxy' },
    { settings: { name: 'refusing-proxy', ...through(ports.refusingProxy) }, plight: 'proxy' },
    { settings: { name: 'silent-proxy', ...through(ports.silentProxy) }, plight: 'waiting' },
    { settings: { name: 'misleading-proxy', ...through(ports.misleadingProxy) }, plight: 'tls' },
    {
      settings: { name: 'foreign-address', route: { local_address: '192.0.2.1' } },
      plight: 'connect',
    },
  ];
}

/** Ruins the files that had to be readable at the start. */
export function ruinFiles(folder: TemporaryFolder): void {
  folder.remove('lost-file');
  folder.write('emptied-file', '\n');
  folder.write('broken-docker-config', '{ "auths": ');
}
