import { createHash } from 'node:crypto';
import { dirname, isAbsolute, join } from 'node:path';
import tls from 'node:tls';
import { NODES_TRUST, type ReadTrust, type Trust } from '../http/trust.ts';
import { Secret } from '../secret.ts';
import { type AccessPorts, type ClusterAccess, ClusterAccessError } from './access.ts';

/** The folder of the service account that Kubernetes mounts into a pod. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Reads the access of a pod by its service account. The token is read again for each request: it is rotated.
 * @throws ClusterAccessError outside of a pod
 */
export async function readServiceAccount({ readText, env }: AccessPorts): Promise<ClusterAccess> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (!host) {
    throw new ClusterAccessError(
      'Not in a pod of Kubernetes. Name a kubeconfig, or run Headroom in the cluster',
    );
  }
  const readFile = (name: string) =>
    readText(`${SERVICE_ACCOUNT}/${name}`).catch(() => {
      throw new ClusterAccessError(
        `Cannot read ${SERVICE_ACCOUNT}/${name}. The pod needs a service account with automountServiceAccountToken: true`,
      );
    });
  const readTrust = trustReader(async () => ({ ca: await readFile('ca.crt') }));
  await readTrust();
  return {
    server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    readTrust,
    rejectUnauthorized: true,
    serverName: undefined,
    readToken: async () => new Secret((await readFile('token')).trim()),
  };
}

/**
 * Reads the access of a context of a kubeconfig: a token, a client certificate, or an exec plugin.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 * @param context undefined: the current context
 * @throws ClusterAccessError if the file is wrong
 */
export async function readKubeconfig(
  path: string,
  context: string | undefined,
  ports: AccessPorts,
): Promise<ClusterAccess> {
  const file = await readDocument(path, ports);
  const contextName = context ?? textOf(file['current-context']);
  if (!contextName) throw new ClusterAccessError(`${path} has no current-context. Name a context`);
  const chosen = entryOf(file, 'contexts', 'context', contextName, path);
  const cluster = entryOf(file, 'clusters', 'cluster', textOf(chosen.cluster) ?? '', path);
  const user =
    chosen.user === undefined ? {} : entryOf(file, 'users', 'user', textOf(chosen.user) ?? '', path);
  const server = textOf(cluster.server) ?? '';
  if (!/^https?:\/\//.test(server) || !URL.canParse(server)) {
    throw new ClusterAccessError(`${path}: the server of the cluster is not an http or https URL`);
  }
  const readPart = partReader(dirname(path), path, ports);
  const exec = user.exec === undefined ? undefined : mapOf(user.exec);
  const execLogin = exec && (() => ports.runExecPlugin(exec, { server, dir: dirname(path) }));
  const readTrust = trustReader(async () => {
    const ca = await readPart(cluster, 'certificate-authority');
    const cert = await readPart(user, 'client-certificate');
    const key = await readPart(user, 'client-key');
    const login = cert === undefined ? await execLogin?.() : undefined;
    return { ca, cert: cert ?? login?.certificate, key: key ?? login?.key?.reveal() };
  });
  await readTrust();
  return {
    server: new URL(server),
    readTrust,
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
    serverName: textOf(cluster['tls-server-name']),
    readToken: tokenReader(
      user,
      dirname(path),
      path,
      ports,
      execLogin && (async () => (await execLogin()).token),
    ),
  };
}

type Fields = Readonly<Record<string, unknown>>;

async function readDocument(path: string, { readText }: AccessPorts): Promise<Fields> {
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new ClusterAccessError(`Cannot read ${path}: ${code}`);
  }
  try {
    const { parse } = await import('yaml');
    return mapOf(parse(text, { maxAliasCount: 100 }));
  } catch {
    throw new ClusterAccessError(`${path} is not a kubeconfig: it is not valid YAML`);
  }
}

function mapOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function entryOf(file: Fields, list: string, kind: string, name: string, path: string): Fields {
  const entries = Array.isArray(file[list]) ? (file[list] as readonly unknown[]).map(mapOf) : [];
  const entry = entries.find((one) => one.name === name);
  if (entry) return mapOf(entry[kind]);
  const names = entries.map((one) => textOf(one.name)).filter(Boolean);
  throw new ClusterAccessError(
    `${path} has no ${kind} named ${JSON.stringify(name)}. It has: ${names.join(', ') || 'none'}`,
  );
}

/** Returns a reader of a value that is written in base64 as `NAME-data`, or in the file that `NAME` names. */
function partReader(folder: string, path: string, { readText }: AccessPorts) {
  return async (fields: Fields, name: string): Promise<string | undefined> => {
    const inline = textOf(fields[`${name}-data`]);
    if (inline) return Buffer.from(inline, 'base64').toString('utf8');
    const file = textOf(fields[name]);
    if (!file) return undefined;
    try {
      return await readText(isAbsolute(file) ? file : join(folder, file));
    } catch {
      throw new ClusterAccessError(`${path}: the file of ${name} cannot be read: ${file}`);
    }
  };
}

function tokenReader(
  user: Fields,
  folder: string,
  path: string,
  { readText }: AccessPorts,
  readExecToken: (() => Promise<Secret | undefined>) | undefined,
): ClusterAccess['readToken'] {
  const file = textOf(user.tokenFile);
  const token = textOf(user.token);
  if (file) {
    return async () => {
      try {
        return new Secret((await readText(isAbsolute(file) ? file : join(folder, file))).trim());
      } catch {
        throw new ClusterAccessError(`${path}: the file of the token cannot be read: ${file}`);
      }
    };
  }
  if (token) return async () => new Secret(token);
  return readExecToken ?? (async () => undefined);
}

/** In PEM form. */
type TrustParts = Readonly<Partial<Record<'ca' | 'cert' | 'key', string | undefined>>>;

/**
 * Returns a reader of the trust of a cluster, which reads its parts each time: authorities and client certificates are
 * renewed while Headroom runs. Without an authority the ones of Node.js are trusted.
 */
function trustReader(readParts: () => Promise<TrustParts>): ReadTrust {
  let newest: Trust | undefined;
  return async () => {
    const { ca, cert, key } = await readParts();
    if (ca === undefined && cert === undefined) return NODES_TRUST;
    const version = createHash('sha256')
      .update(JSON.stringify([ca, cert]))
      .digest('hex');
    if (newest?.version === version) return newest;
    try {
      const secureContext = tls.createSecureContext({
        ...(ca !== undefined && { ca }),
        ...(cert !== undefined && key !== undefined && { cert, key }),
      });
      newest = { version, secureContext };
      return newest;
    } catch {
      throw new ClusterAccessError('The certificates of the cluster cannot be used: they are not valid PEM');
    }
  };
}
