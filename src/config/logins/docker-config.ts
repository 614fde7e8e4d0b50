/**
 * Docker's `config.json`, which is also the content of a secret of type `kubernetes.io/dockerconfigjson`
 * (https://docs.docker.com/reference/cli/docker/login/, docker/cli `cli/config/configfile/file.go`).
 */
export interface DockerConfig {
  /** Logins by registry, or empty marks where a helper keeps the login. */
  readonly auths: ReadonlyMap<string, AuthEntry>;
  /** Names of credential helpers by registry. */
  readonly credHelpers: ReadonlyMap<string, string>;
  /** Name of the credential helper for all other registries. */
  readonly credsStore: string | undefined;
}

/** A login at one registry, as it stands in `auths`. */
export interface AuthEntry {
  /** Base64 of `user:password`. */
  readonly auth: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly identityToken: string | undefined;
}

/**
 * Reads the parts of a Docker configuration that Headroom needs; everything else in it is the business of others.
 * @throws SyntaxError when it is not a JSON object; the message repeats nothing of the text
 */
export function parseDockerConfig(text: string): DockerConfig {
  const root = parseObject(text);
  const credsStore = textOf(root, 'credsStore');
  return {
    auths: mapOfObjects(root.auths),
    credHelpers: new Map(Object.entries(asObject(root.credHelpers) ?? {}).flatMap(textEntry)),
    credsStore: credsStore === '' ? undefined : credsStore,
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseObject(text: string): JsonObject {
  let json: unknown;
  try {
    // Some editors on Windows put a byte order mark in front.
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // The parser's own message quotes the text, and with it a password.
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
