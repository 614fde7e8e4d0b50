import { readSecretFile } from '../../config/files.ts';
import { ConfigError } from '../../config/problem.ts';
import { toBasic } from '../../config/web-authorization.ts';
import { readBoundedFile } from '../../kit/bounded-file.ts';
import { startDeadline } from '../../kit/deadline.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import { createHttpClient } from '../../kit/http/http-client.ts';
import { describeFault } from '../../kit/http/network-fault.ts';
import { readProxyRules } from '../../kit/http/proxy-rules.ts';
import type { CredentialJson } from '../../web/api/credential-json.ts';
import { type CommandContext, EXIT } from '../command.ts';
import type { HeadroomServer } from './server-flags.ts';

/** The server is not reachable, or its response is not that of Headroom. The message is for the user. */
export class ServerAnswerError extends Error {
  override readonly name = 'ServerAnswerError';
}

/**
 * Writes the message of an error of `requestApi()` to stderr.
 * @returns the exit code: 2 for an unusable file of the password, otherwise 1
 * @throws every other error
 */
export function rejectServer(error: unknown, { stderr }: Pick<CommandContext, 'stderr'>): number {
  if (!(error instanceof ServerAnswerError || error instanceof ConfigError)) throw error;
  stderr.write(`${error.message}\n`);
  return error instanceof ConfigError ? EXIT.badUsage : EXIT.failed;
}

/** The timeout of the request, in milliseconds (10 s). Headroom responds from memory. */
const TIMEOUT_MS = 10_000;
/** The longest response that is read, in bytes (16 MiB): some ten thousand credentials. */
const MAX_BODY_BYTES = 16 * 1_048_576;

/** A response of the API. */
export interface ApiResponse {
  readonly url: URL;
  readonly status: number;
  readonly body: string;
}

/**
 * Requests a path of the API of a running Headroom. Uses the proxies of the environment.
 * @param path without a slash at its start, with its query
 * @throws ServerAnswerError if the server is not reachable, rejects the login, or its response is longer than 16 MiB
 * @throws ConfigError if the file of the password cannot be used
 */
export async function requestApi(
  server: HeadroomServer,
  path: string,
  { env, stopSignal }: Pick<CommandContext, 'env' | 'stopSignal'>,
): Promise<ApiResponse> {
  const base = server.url.href;
  const url = new URL(path, base.endsWith('/') ? base : `${base}/`);
  const headers = await loginHeaders(server);
  const client = createHttpClient({ proxyFor: readProxyRules(env) });
  const deadline = startDeadline(TIMEOUT_MS, stopSignal);
  try {
    const { signal } = deadline;
    const answer = await client.send({ method: 'GET', url, headers, signal, maxBodyBytes: MAX_BODY_BYTES });
    if (answer.isCut) throw noHeadroom(url, 'the response is too long');
    if (answer.status === 401) throw new ServerAnswerError(rejectedWords(url, server));
    return { url, status: answer.status, body: answer.body };
  } catch (error) {
    if (error instanceof ServerAnswerError) throw error;
    const reason = stopSignal.aborted ? 'the command was stopped' : describeFault(error, url.host);
    throw noHeadroom(url, reason, error);
  } finally {
    deadline.clear();
    await client.close();
  }
}

/** The timeout of a backup, in milliseconds (10 minutes). */
const BACKUP_TIMEOUT_MS = 600_000;

/**
 * Requests a backup of the history of a running Headroom, and writes it.
 * @param write receives the bytes as they arrive
 * @throws ServerAnswerError if the server is not reachable, rejects the request, or the connection ends early
 * @throws ConfigError if the file of the password cannot be used
 * @throws the error of `write`
 */
export async function fetchBackup(
  server: HeadroomServer,
  write: (bytes: Uint8Array) => Promise<unknown>,
  { env, stopSignal }: Pick<CommandContext, 'env' | 'stopSignal'>,
): Promise<void> {
  const base = server.url.href;
  const url = new URL('-/backup', base.endsWith('/') ? base : `${base}/`);
  const headers = await loginHeaders(server);
  const client = createHttpClient({ proxyFor: readProxyRules(env) });
  const deadline = startDeadline(BACKUP_TIMEOUT_MS, stopSignal);
  try {
    const { status, body } = await client
      .stream({ method: 'POST', url, headers, signal: deadline.signal })
      .catch((error) => Promise.reject(noHeadroom(url, describeFault(error, url.host), error)));
    if (status === 401) throw new ServerAnswerError(rejectedWords(url, server));
    if (status !== 200) {
      const chunks: Uint8Array[] = [];
      for await (const bytes of body) if (chunks.push(bytes) > 16) break;
      throw noHeadroom(url, `status ${status}: ${quoteForeign(Buffer.concat(chunks).toString())}`);
    }
    for await (const bytes of body) await write(bytes);
  } finally {
    deadline.clear();
    await client.close();
  }
}

/** @throws ConfigError if the file of the password cannot be used */
async function loginHeaders({ username: name, passwordFile }: HeadroomServer) {
  if (name === undefined || passwordFile === undefined) return {};
  try {
    const password = await readSecretFile(passwordFile, readBoundedFile);
    return { authorization: toBasic(name, password).reveal() };
  } catch (error) {
    const place = { kind: 'flag', flag: '--server.password-file' } as const;
    throw new ConfigError([{ place, message: error instanceof Error ? error.message : String(error) }]);
  }
}

function rejectedWords({ origin }: URL, { username: name }: HeadroomServer): string {
  return name === undefined
    ? `The Headroom at ${origin} requires a login: --server.username=NAME and --server.password-file=FILE`
    : `The Headroom at ${origin} rejects the user name ${name} or its password: --server.username, --server.password-file`;
}

/** Returns the error of a server that does not answer as Headroom does. The query of the URL is left out. */
export function noHeadroom({ origin, pathname }: URL, reason: string, cause?: unknown): ServerAnswerError {
  return new ServerAnswerError(`No Headroom answers at ${origin}${pathname}: ${reason}`, { cause });
}

/**
 * Requests the credentials of a running Headroom, without those of its fleet.
 * @throws ServerAnswerError if the server is not reachable, rejects the login, or is not a Headroom
 * @throws ConfigError if the file of the password cannot be used
 */
export async function fetchCredentials(
  server: HeadroomServer,
  context: Pick<CommandContext, 'env' | 'stopSignal'>,
): Promise<readonly CredentialJson[]> {
  const { url, status, body } = await requestApi(server, 'api/v1/credentials', context);
  const credentials = status === 200 ? parseCredentials(body) : undefined;
  if (!credentials) throw noHeadroom(url, `status ${status}`);
  return credentials;
}

/** Parses a response. Returns undefined if it is not a list of credentials. */
function parseCredentials(text: string): readonly CredentialJson[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isList = Array.isArray(value) && value.every((item) => typeof item?.name === 'string');
    return isList ? (value as CredentialJson[]).filter(({ labels }) => labels === null) : undefined;
  } catch {
    return undefined;
  }
}
