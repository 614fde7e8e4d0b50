import { startDeadline } from '../../kit/deadline.ts';
import { createHttpClient } from '../../kit/http/http-client.ts';
import { describeFault } from '../../kit/http/network-fault.ts';
import { readProxyRules } from '../../kit/http/proxy-rules.ts';
import type { CredentialJson } from '../../web/api/credential-json.ts';
import type { CommandContext } from '../command.ts';

/** The server is not reachable, or its response is not that of Headroom. The message is for the user. */
export class ServerAnswerError extends Error {
  override readonly name = 'ServerAnswerError';
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
 * @param server the URL of Headroom, with its route prefix
 * @param path without a slash at its start, with its query
 * @throws ServerAnswerError if the server is not reachable, or its response is longer than 16 MiB
 */
export async function requestApi(
  server: URL,
  path: string,
  { env, stopSignal }: Pick<CommandContext, 'env' | 'stopSignal'>,
): Promise<ApiResponse> {
  const url = new URL(path, server.href.endsWith('/') ? server : `${server.href}/`);
  const client = createHttpClient({ proxyFor: readProxyRules(env) });
  const deadline = startDeadline(TIMEOUT_MS, stopSignal);
  try {
    const { signal } = deadline;
    const answer = await client.send({ method: 'GET', url, signal, maxBodyBytes: MAX_BODY_BYTES });
    if (answer.isCut) throw noHeadroom(url, 'the response is too long');
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

/** Returns the error of a server that does not answer as Headroom does. The query of the URL is left out. */
export function noHeadroom({ origin, pathname }: URL, reason: string, cause?: unknown): ServerAnswerError {
  return new ServerAnswerError(`No Headroom answers at ${origin}${pathname}: ${reason}`, { cause });
}

/**
 * Requests the credentials of a running Headroom, without those of its fleet.
 * @param server the URL of Headroom, with its route prefix
 * @throws ServerAnswerError if the server is not reachable, or is not a Headroom
 */
export async function fetchCredentials(
  server: URL,
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
