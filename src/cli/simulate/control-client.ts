import { createSecureContext } from 'node:tls';
import { startDeadline } from '../../kit/deadline.ts';
import { createHttpClient } from '../../kit/http/http-client.ts';
import { describeFault } from '../../kit/http/network-fault.ts';
import { readProxyRules } from '../../kit/http/proxy-rules.ts';
import { NODES_TRUST } from '../../kit/http/trust.ts';
import type { CommandContext } from '../command.ts';

/** A client of the control API of a running simulator. */
export interface ControlClient {
  /**
   * Sends a request and returns the parsed response, which is not validated: its form is that of docs/simulator.md.
   * @param path path below `/_simulator`, with its query
   * @throws ControlError if no simulator answers, or if it rejects the request
   */
  request<Answer>(method: ControlMethod, path: string, body?: object): Promise<Answer>;
  /** Closes every connection. */
  close(): Promise<void>;
}

/** An HTTP method of the control API. */
export type ControlMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Thrown if a control request fails. The message is for the user. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

/** Timeout of a request, in milliseconds (10 s). */
const TIMEOUT_MS = 10_000;
/** Largest response, in bytes (64 MiB): a ledger of some hundred thousand requests. */
const MAX_BODY_BYTES = 64 * 1_048_576;

/**
 * Creates a client of the control API. Uses the proxies of the environment.
 * @param url scheme, host and port
 * @param authority certificates in PEM form to trust; undefined: those that Node trusts
 */
export function createControlClient(
  url: URL,
  authority: string | undefined,
  { env, stopSignal }: Pick<CommandContext, 'env' | 'stopSignal'>,
): ControlClient {
  const client = createHttpClient({ proxyFor: readProxyRules(env) });
  const trust =
    authority === undefined
      ? NODES_TRUST
      : { version: 'own', secureContext: createSecureContext({ ca: authority }) };

  async function send(method: ControlMethod, path: string, body: object | undefined): Promise<Sent> {
    const deadline = startDeadline(TIMEOUT_MS, stopSignal);
    try {
      const answer = await client.send({
        method,
        url: new URL(`/_simulator${path}`, url),
        signal: deadline.signal,
        maxBodyBytes: MAX_BODY_BYTES,
        trust,
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      return { status: answer.status, text: answer.body };
    } catch (cause) {
      const reason = stopSignal.aborted ? 'the command was stopped' : describeFault(cause, url.host);
      throw new ControlError(
        `No simulator answers at ${url.origin}: ${reason}. Start one with "headroom simulate", or set its URL with --url`,
        { cause },
      );
    } finally {
      deadline.clear();
    }
  }

  return {
    async request<Answer>(method: ControlMethod, path: string, body?: object) {
      const { status, text } = await send(method, path, body);
      const answer = parseJson(text);
      if (status === 200 && answer !== undefined) return answer as Answer;
      throw new ControlError(
        refusalOf(answer) ?? `The server at ${url.origin} is not a simulator: it sent status ${status}`,
      );
    },
    close: () => client.close(),
  };
}

interface Sent {
  readonly status: number;
  readonly text: string;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the message of an error response; undefined if it has none. */
function refusalOf(answer: unknown): string | undefined {
  const error = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : undefined;
  return typeof error === 'string' ? error : undefined;
}
