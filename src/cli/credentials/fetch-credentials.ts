import { startDeadline } from '../../kit/deadline.ts';
import { createHttpClient } from '../../kit/http/http-client.ts';
import { describeFault } from '../../kit/http/network-fault.ts';
import { readProxyRules } from '../../kit/http/proxy-rules.ts';
import type { CredentialJson } from '../../web/api/credential-json.ts';
import type { CommandContext } from '../command.ts';

/** A Headroom that did not answer as one does; the message is for people. */
export class ServerAnswerError extends Error {
  override readonly name = 'ServerAnswerError';
}

/** How long a Headroom may take, in milliseconds (10 s): it answers from memory. */
const TIMEOUT_MS = 10_000;
/** The longest answer that is read, in bytes (16 MiB): some ten thousand credentials. */
const MAX_BODY_BYTES = 16 * 1_048_576;

/**
 * Asks a running Headroom what it knows of its credentials, those of its fleet left out. The proxy variables hold.
 * @param server where it is, with its route prefix
 * @throws ServerAnswerError when nothing answers there, or something else
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
    const reason = stopSignal.aborted ? 'it was not waited for' : describeFault(error, url.host);
    throw new ServerAnswerError(`No Headroom answers at ${url.href}: ${reason}`, { cause: error });
  } finally {
    deadline.clear();
    await client.close();
  }
}

/** @returns undefined for what is no list of credentials */
function parseCredentials(text: string): readonly CredentialJson[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isList = Array.isArray(value) && value.every((item) => typeof item?.name === 'string');
    return isList ? (value as CredentialJson[]).filter(({ labels }) => labels === null) : undefined;
  } catch {
    return undefined;
  }
}
