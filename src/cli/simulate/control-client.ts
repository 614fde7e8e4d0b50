import { Agent, request } from 'undici';

/** Asks a running simulator, by its control API. */
export interface ControlClient {
  /**
   * Asks for something below `/_simulator`. The answer is trusted to be of the form that docs/simulator.md gives.
   * @throws ControlError when no simulator answers, or when it refuses
   */
  ask<Answer>(method: ControlMethod, path: string, body?: object): Promise<Answer>;
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

/**
 * @param url scheme, host and port
 * @param authority certificates in PEM form to trust; undefined: those that Node trusts
 */
export function createControlClient(
  url: URL,
  authority: string | undefined,
  signal: AbortSignal,
): ControlClient {
  const dispatcher = new Agent({
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    connect: { timeout: TIMEOUT_MS, ...(authority === undefined ? {} : { ca: authority }) },
  });

  async function send(method: ControlMethod, path: string, body: object | undefined): Promise<Sent> {
    try {
      const { statusCode, body: answer } = await request(new URL(`/_simulator${path}`, url), {
        method,
        dispatcher,
        signal,
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      return { status: statusCode, text: await answer.text() };
    } catch (cause) {
      throw new ControlError(
        `No simulator answers at ${url.origin}: ${reasonOf(cause)}. Start one with "headroom simulate", or say where it is with --url`,
        { cause },
      );
    }
  }

  return {
    async ask<Answer>(method: ControlMethod, path: string, body?: object) {
      const { status, text } = await send(method, path, body);
      const answer = parseJson(text);
      if (status === 200 && answer !== undefined) return answer as Answer;
      throw new ControlError(
        refusalOf(answer) ?? `What answers at ${url.origin} is no simulator: it sent status ${status}`,
      );
    },
    close: () => dispatcher.close(),
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

/** Node's error for a name with several addresses has a code and no message. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.message !== '') return cause.message;
  return 'code' in cause ? String(cause.code) : cause.name;
}
