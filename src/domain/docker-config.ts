import { Secret } from '../kit/secret.ts';
import type { Login } from './credential.ts';

/**
 * Docker's `config.json`, which is also the content of a secret of type `kubernetes.io/dockerconfigjson`
 * (https://docs.docker.com/reference/cli/docker/login/, docker/cli `cli/config/configfile/file.go`).
 */
export interface DockerConfig {
  /** Logins by registry; an empty entry marks a registry whose login is in a credential helper. */
  readonly auths: ReadonlyMap<string, AuthEntry>;
  /** Names of credential helpers by registry. */
  readonly credHelpers: ReadonlyMap<string, string>;
  /** Name of the credential helper for all other registries. */
  readonly credsStore: string | undefined;
}

/** A login at one registry, an entry of `auths`. */
export interface AuthEntry {
  /** Base64 of `user:password`. */
  readonly auth: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly identityToken: string | undefined;
}

/**
 * Parses the parts of a Docker configuration that Headroom needs; other keys are ignored. Also parses the older form
 * `.dockercfg`, as `parseDockercfg()` does: a file without the keys of the newer one, with a registry as a key.
 * @throws SyntaxError if the text is not a JSON object; the message does not quote the text
 */
export function parseDockerConfig(text: string): DockerConfig {
  const root = parseObject(text);
  if (isDockercfg(root)) return parseDockercfg(text);
  const credsStore = textOf(root, 'credsStore');
  return {
    auths: mapOfObjects(root.auths),
    credHelpers: new Map(Object.entries(asObject(root.credHelpers) ?? {}).flatMap(textEntry)),
    credsStore: credsStore === '' ? undefined : credsStore,
  };
}

/**
 * Parses the content of a secret of type `kubernetes.io/dockercfg`: the older form, which has the logins only.
 * @throws SyntaxError like `parseDockerConfig()`
 */
export function parseDockercfg(text: string): DockerConfig {
  return { auths: mapOfObjects(parseObject(text)), credHelpers: new Map(), credsStore: undefined };
}

/** Keys of Docker's `config.json`, of which at least one is in each file with a login. */
const NEWER_KEYS = ['auths', 'credHelpers', 'credsStore'];

/** Reports whether a file has the older form: each value is the login of the registry that its key names. */
function isDockercfg(root: JsonObject): boolean {
  if (NEWER_KEYS.some((key) => key in root)) return false;
  return Object.values(root).some((value) => {
    const entry = asObject(value) ?? {};
    return 'auth' in entry || ('username' in entry && 'password' in entry);
  });
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseObject(text: string): JsonObject {
  let json: unknown;
  try {
    // Some editors on Windows write a byte order mark.
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // The message of JSON.parse quotes the text, which may contain a password.
    throw new SyntaxError('it is not JSON');
  }
  const object = asObject(json);
  if (!object) throw new SyntaxError('it is not a JSON object');
  return object;
}

function mapOfObjects(json: unknown): ReadonlyMap<string, AuthEntry> {
  const entries = Object.entries(asObject(json) ?? {}).map(([key, value]): [string, AuthEntry] => {
    const entry = asObject(value) ?? {};
    return [
      key,
      {
        auth: textOf(entry, 'auth'),
        username: textOf(entry, 'username'),
        password: textOf(entry, 'password'),
        identityToken: textOf(entry, 'identitytoken'),
      },
    ];
  });
  return new Map(entries);
}

function asObject(json: unknown): JsonObject | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : undefined;
}

function textOf(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' ? value : undefined;
}

function textEntry([key, value]: [string, unknown]): [string, string][] {
  return typeof value === 'string' ? [[key, value]] : [];
}

const BASE64 = /^[\w+/-]+={0,2}$/;

/**
 * Returns the login of an entry of `auths` in Docker's order of precedence: identity token, `auth`, then `username` and
 * `password`.
 * @returns undefined for an empty entry, which marks a registry whose login is in a credential helper
 * @throws SyntaxError if `auth` is invalid; the message does not quote it
 */
export function loginOfEntry(entry: AuthEntry): Login | undefined {
  if (entry.identityToken) return { kind: 'identity-token', token: new Secret(entry.identityToken) };
  if (entry.auth) return decodeAuth(entry.auth);
  if (!entry.username || !entry.password) return undefined;
  return { kind: 'password', username: entry.username, password: new Secret(entry.password) };
}

function decodeAuth(auth: string): Login {
  const compact = auth.replace(/\s/g, '');
  if (!BASE64.test(compact)) throw new SyntaxError('"auth" is not base64');
  // Node also decodes the URL-safe alphabet and missing padding, which some tools write.
  const text = Buffer.from(compact, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  // Docker trims NUL characters from the password (configfile/file.go, decodeAuth).
  const password = text.slice(colon + 1).replace(/^\0+|\0+$/g, '');
  if (colon < 1 || password === '') throw new SyntaxError('"auth" does not contain user:password');
  return { kind: 'password', username: text.slice(0, colon), password: new Secret(password) };
}

/**
 * Hosts under which Docker Hub logins are stored, the most common first: `docker login` writes
 * `https://index.docker.io/v1/` (docker/cli, `registry.IndexServer`), podman and users write `docker.io`.
 */
const HOSTS = ['index.docker.io', 'docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];
/** Paths of a whole registry. Any other path is a namespace, which podman and Kubernetes allow in a key. */
const WHOLE_REGISTRY = /^\/?(?:v[12]\/?)?$/;

/**
 * Returns the keys of a Docker configuration that refer to Docker Hub, the preferred first. Hosts must match exactly: a
 * partial match would send the password of another registry to Docker.
 */
export function dockerHubKeys(keys: Iterable<string>): string[] {
  return [...keys]
    .map((key) => ({ key, rank: rankOf(key) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ key }) => key);
}

/** Returns the keys of `dockerHubKeys()` that apply to all images, without those of a namespace such as `docker.io/acme`. */
export function wholeDockerHubKeys(keys: Iterable<string>): string[] {
  return dockerHubKeys(keys).filter((key) => (rankOf(key) ?? HOSTS.length) < HOSTS.length);
}

function rankOf(key: string): number | undefined {
  const [, host = '', path = ''] = /^(?:https?:\/\/)?([^/]*)(.*)$/i.exec(key.trim()) ?? [];
  const rank = HOSTS.indexOf(host.toLowerCase());
  if (rank === -1) return undefined;
  return WHOLE_REGISTRY.test(path) ? rank : rank + HOSTS.length;
}
