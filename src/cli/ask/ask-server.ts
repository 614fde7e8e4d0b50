import { Agent, request } from 'undici';
import { quoteForeign } from '../../domain/quote-foreign.ts';
import type { CredentialJson } from '../../web/credential-json.ts';

/** A Headroom that did not answer as one does; the message is for people. */
export class ServerAnswerError extends Error {
  override readonly name = 'ServerAnswerError';
}

/** How long a Headroom may take, in milliseconds (10 s): it answers from memory. */
const TIMEOUT_MS = 10_000;

/**
 * Asks a running Headroom what it knows of its credentials, those of its fleet left out.
 * @param server where it is, with its route prefix
 * @throws ServerAnswerError when nothing answers there, or something else
 */
export async function askServer(server: URL, signal: AbortSignal): Promise<readonly CredentialJson[]> {
  const base = server.href.endsWith('/') ? server.href : `${server.href}/`;
  const url = new URL('./api/v1/credentials', base);
  const dispatcher = new Agent({ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  try {
    const { statusCode, body } = await request(url, { dispatcher, signal });
    const text = await body.text();
    const answer = statusCode === 200 ? parseCredentials(text) : undefined;
    if (!answer) throw new ServerAnswerError(`No Headroom answers at ${url.href}: status ${statusCode}`);
    return answer;
  } catch (error) {
    if (error instanceof ServerAnswerError) throw error;
    const reason = error instanceof Error && error.message !== '' ? error.message : 'no answer';
    throw new ServerAnswerError(`No Headroom answers at ${url.href}: ${quoteForeign(reason)}`, {
      cause: error,
    });
  } finally {
    await dispatcher.destroy();
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
