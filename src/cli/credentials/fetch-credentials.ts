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

/**
 * Requests the credentials of a running Headroom, without those of its fleet. Uses the proxies of the environment.
 * @param server the URL of Headroom, with its route prefix
 * @throws ServerAnswerError if the server is not reachable, or is not a Headroom
 */
export async function fetchCredentials(
  server: URL,
  { env, stopSignal }: Pick<CommandContext, 'env' | 'stopSignal'>,
): Promise<readonly CredentialJson[]> {
  const base = server.href.endsWith('/') ? server.href : `${server.href}/`;
  const url = new URL('./api/v1/credentials', base);
  const client = createHttpClient({ proxyFor: readProxyRules(env) });
  const deadline = startDeadline(TIMEOUT_MS, stopSignal);
  try {
    const { signal } = deadline;
    const { status, body, isCut } = await client.send({
      method: 'GET',
      url,
      signal,
      maxBodyBytes: MAX_BODY_BYTES,
    });
    const answer = status === 200 && !isCut ? parseCredentials(body) : undefined;
    if (!answer) throw new ServerAnswerError(`No Headroom answers at ${url.href}: status ${status}`);
    return answer;
  } catch (error) {
    if (error instanceof ServerAnswerError) throw error;
    const reason = stopSignal.aborted ? 'the command was stopped' : describeFault(error, url.host);
    throw new ServerAnswerError(`No Headroom answers at ${url.href}: ${reason}`, { cause: error });
  } finally {
    deadline.clear();
    await client.close();
  }
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
