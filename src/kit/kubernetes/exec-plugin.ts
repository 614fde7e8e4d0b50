import { type ExecFileException, execFile } from 'node:child_process';
import { isAbsolute, join } from 'node:path';
import { Secret } from '../secret.ts';
import { ClusterAccessError, type ExecLogin, type RunExecPlugin } from './access.ts';

/** The time limit of a plugin, in milliseconds. */
const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 1_048_576;
/** An answer without an expiry is used for this time, in milliseconds. */
const DEFAULT_LIFE_MS = 600_000;
/** How long before its expiry an answer is replaced, in milliseconds. */
const MARGIN_MS = 60_000;

/**
 * Creates a runner of exec plugins.
 * @param env the environment of the plugins
 * @param now returns milliseconds since the epoch
 */
export function createExecPlugins(
  env: Readonly<Record<string, string | undefined>>,
  now: () => number,
): RunExecPlugin {
  const answers = new Map<string, { login: ExecLogin; until: number }>();
  return async (exec, { server, dir }) => {
    const key = JSON.stringify([exec, server]);
    const known = answers.get(key);
    if (known && now() < known.until) return known.login;
    const { status, command } = await run(exec, server, dir, env);
    const login: ExecLogin = {
      token: typeof status.token === 'string' ? new Secret(status.token) : undefined,
      certificate:
        typeof status.clientCertificateData === 'string' ? status.clientCertificateData : undefined,
      key: typeof status.clientKeyData === 'string' ? new Secret(status.clientKeyData) : undefined,
    };
    if (!login.token && !login.certificate) {
      throw new ClusterAccessError(`The exec plugin ${command} returned neither a token nor a certificate`);
    }
    const expiry = Date.parse(String(status.expirationTimestamp));
    const until = Number.isNaN(expiry) ? now() + DEFAULT_LIFE_MS : expiry - MARGIN_MS;
    answers.set(key, { login, until });
    return login;
  };
}

async function run(
  exec: Readonly<Record<string, unknown>>,
  server: string,
  dir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ status: Readonly<Record<string, unknown>>; command: string }> {
  const name = String(exec.command ?? '');
  if (name === '') throw new ClusterAccessError('The exec plugin of the kubeconfig has no command');
  // A path with a slash is relative to the kubeconfig, a plain name is searched in PATH.
  const command = name.includes('/') && !isAbsolute(name) ? join(dir, name) : name;
  const args = Array.isArray(exec.args) ? exec.args.map(String) : [];
  const added = Array.isArray(exec.env) ? exec.env : [];
  const info = {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, cluster: { server } },
  };
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(
      command,
      args,
      {
        env: {
          ...env,
          ...Object.fromEntries(added.map(({ name: key, value }) => [String(key), String(value)])),
          KUBERNETES_EXEC_INFO: JSON.stringify(info),
        },
        timeout: TIMEOUT_MS,
        maxBuffer: MAX_OUTPUT_BYTES,
      },
      // The output may contain secrets.
      (error, out) =>
        error
          ? reject(new ClusterAccessError(`The exec plugin ${command} failed: ${reasonOf(error)}`))
          : resolve(out),
    );
  });
  try {
    return { status: JSON.parse(stdout).status ?? {}, command };
  } catch {
    throw new ClusterAccessError(`The exec plugin ${command} did not return JSON`);
  }
}

function reasonOf({ code, killed }: Pick<ExecFileException, 'code' | 'killed'>): string {
  if (code === 'ENOENT') return 'no such program. Install it, or change users[].user.exec.command';
  if (killed) return `it did not end within ${TIMEOUT_MS / 1_000} seconds`;
  return `exit code ${code}`;
}
