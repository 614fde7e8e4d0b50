import { startDeadline } from '../deadline.ts';
import { quoteForeign } from '../foreign-text.ts';
import type { HttpClient } from '../http/http-client.ts';
import { describeFault } from '../http/network-fault.ts';
import { type ClusterAccess, ClusterAccessError } from './access.ts';

/** Thrown for an answer of the API server with an error status, or that is not JSON. */
export class ApiStatusError extends Error {
  override readonly name = 'ApiStatusError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Parameters of a query. */
export type ApiParameters = Readonly<Record<string, string>>;

/** Sends requests to the API server of one cluster. */
export interface KubernetesApi {
  /**
   * Returns an object or a list.
   * @throws ApiStatusError, or an error of the connection
   */
  get(path: string, parameters: ApiParameters, accept: string, signal: AbortSignal): Promise<unknown>;
  /**
   * Returns the lines of a watch as they arrive, those of one chunk together, until the server or the signal ends it.
   * @throws ApiStatusError, or an error of the connection
   */
  watch(
    path: string,
    parameters: ApiParameters,
    accept: string,
    signal: AbortSignal,
  ): AsyncGenerator<readonly string[]>;
}

/** The time limit of a request that is not a watch, in milliseconds. */
const TIMEOUT_MS = 30_000;
/** The largest answer, in bytes: a page of 500 events needs about 1 MiB, the nodes of a large cluster several. */
const MAX_ANSWER_BYTES = 64 * 1_048_576;
/** The longest line of a watch, in characters. An object in etcd has at most 1.5 MiB. */
const MAX_LINE = 4 * 1_048_576;

/** Creates a client of one API server. */
export function createKubernetesApi(access: ClusterAccess, client: HttpClient): KubernetesApi {
  async function requestOf(path: string, parameters: ApiParameters, accept: string) {
    const url = new URL(access.server);
    url.pathname = url.pathname.replace(/\/$/, '') + path;
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const token = await access.readToken();
    const headers = { accept, ...(token && { authorization: `Bearer ${token.reveal()}` }) };
    return { method: 'GET' as const, url, headers, trust: await access.readTrust() };
  }

  return {
    async get(path, parameters, accept, signal) {
      const deadline = startDeadline(TIMEOUT_MS, signal);
      try {
        const request = await requestOf(path, parameters, accept);
        const { status, body, isCut } = await client.send({
          ...request,
          signal: deadline.signal,
          maxBodyBytes: MAX_ANSWER_BYTES,
        });
        if (status !== 200) throw statusError(status, body);
        if (isCut) throw new Error(`The answer of the API server is larger than ${MAX_ANSWER_BYTES} bytes`);
        return parseAnswer(body);
      } finally {
        deadline.clear();
      }
    },
    async *watch(path, parameters, accept, signal) {
      const request = await requestOf(path, { ...parameters, watch: 'true' }, accept);
      const { status, body } = await client.stream({ ...request, signal });
      let rest = '';
      const decoder = new TextDecoder();
      for await (const chunk of body) {
        const text = rest + decoder.decode(chunk, { stream: true });
        const lines = text.split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > MAX_LINE) throw new Error('A line of the watch is too long');
        if (status === 200 && lines.length > 0) yield lines;
      }
      if (status !== 200) throw statusError(status, rest);
    },
  };
}

/** Parses an answer. The message of JSON.parse quotes the text, which may be that of a secret. */
function parseAnswer(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ApiStatusError(200, 'the answer of the API server is not JSON');
  }
}

/** Returns the error of a `Status` object (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/). */
function statusError(status: number, body: string): ApiStatusError {
  let message: unknown;
  try {
    message = JSON.parse(body).message;
  } catch {
    // A proxy in front of the API server answers with other text.
  }
  const reason = typeof message === 'string' ? quoteForeign(message) : 'without an explanation';
  return new ApiStatusError(status, `status ${status}: ${reason}`);
}

/**
 * Describes an error of access or of a request, and what is needed: a clause without a full stop and without secrets.
 * @param rights the rights that the request needs: `list for pods`
 */
export function describeApiError(error: unknown, rights: string): string {
  if (error instanceof ClusterAccessError) return error.message;
  if (!(error instanceof ApiStatusError)) return quoteForeign(describeFault(error, 'the API server'));
  if (error.status === 401)
    return `the API server rejects the login (${error.message}). Check the token or the certificate`;
  if (error.status === 403)
    return `the right is missing (${error.message}). Grant ${rights} in all namespaces`;
  return error.message;
}
