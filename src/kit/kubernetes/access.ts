import type { ReadTrust } from '../http/trust.ts';
import type { Secret } from '../secret.ts';

/** Thrown for access to a cluster that is not configured correctly. The message says what is needed, without secrets. */
export class ClusterAccessError extends Error {
  override readonly name = 'ClusterAccessError';
}

/** How the API server of a cluster is reached. */
export interface ClusterAccess {
  /** Its URL; a path is a prefix of all paths. */
  readonly server: URL;
  /** Returns the authorities and the client certificate, which may change. */
  readonly readTrust: ReadTrust;
  /** Whether the certificate of the server is checked. */
  readonly rejectUnauthorized: boolean;
  /** The name that it is checked for; undefined: the host of the URL. */
  readonly serverName: string | undefined;
  /** Returns the token, which may change; undefined without one. */
  readonly readToken: () => Promise<Secret | undefined>;
}

/** Reads a file as UTF-8 text. Rejects like `node:fs/promises`. */
export type ReadText = (path: string) => Promise<string>;

/** The dependencies of reading access. */
export interface AccessPorts {
  readonly readText: ReadText;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runExecPlugin: RunExecPlugin;
}

/** What an exec plugin returned. */
export interface ExecLogin {
  readonly token: Secret | undefined;
  /** In PEM form. */
  readonly certificate: string | undefined;
  readonly key: Secret | undefined;
}

/**
 * Runs the exec plugin of a kubeconfig, or returns its last answer until it expires.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 * @throws ClusterAccessError if it fails; the message contains no output
 */
export type RunExecPlugin = (
  exec: Readonly<Record<string, unknown>>,
  context: { readonly server: string; readonly dir: string },
) => Promise<ExecLogin>;
