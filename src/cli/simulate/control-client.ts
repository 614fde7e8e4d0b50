import { createSecureContext } from 'node:tls';
import { startDeadline } from '../../kit/deadline.ts';
import { createHttpClient } from '../../kit/http/http-client.ts';
import { describeFault } from '../../kit/http/network-fault.ts';
import { readProxyRules } from '../../kit/http/proxy-rules.ts';
import { NODES_TRUST } from '../../kit/http/trust.ts';
import type { CommandContext } from '../command.ts';

/** Asks a running simulator, by its control API. */
export interface ControlClient {
  /**
   * Asks for something below `/_simulator`. The answer is trusted to be of the form that docs/simulator.md gives.
   * @throws ControlError when no simulator answers, or when it refuses
   */
  request<Answer>(method: ControlMethod, path: string, body?: object): Promise<Answer>;
  close(): Promise<void>;
}

/** What control is asked with. */
export type ControlMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A simulator that did not do what it was asked, in words for people. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

/** How long a simulator may take, in milliseconds (10 s): it is on this machine. */
const TIMEOUT_MS = 10_000;
/** The longest answer that is read, in bytes (64 MiB): a ledger of some hundred thousand requests. */
const MAX_BODY_BYTES = 64 * 1_048_576;

/**
 * Creates a client of the control API. The proxy variables hold, for a simulator on another machine.
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
      const reason = stopSignal.aborted ? 'it was not waited for' : describeFault(cause, url.host);
      throw new ControlError(
        `No simulator answers at ${url.origin}: ${reason}. Start one with "headroom simulate", or say where it is with --url`,
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
        refusalOf(answer) ?? `What answers at ${url.origin} is no simulator: it sent status ${status}`,
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

/** The reason that a simulator gives with every refusal. */
function refusalOf(answer: unknown): string | undefined {
  const error = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : undefined;
  return typeof error === 'string' ? error : undefined;
}
