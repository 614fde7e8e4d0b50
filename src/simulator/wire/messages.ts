import { STATUS_CODES } from 'node:http';

/** A request to the simulated hub, independent of the HTTP version. */
export interface HubRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** Query without the question mark; empty if there is none. */
  readonly query: string;
  /** Returns a header by its lower-case name, repeated headers joined by commas; undefined if it is missing. */
  header(name: string): string | undefined;
  /** Address of the client: see `clientAddress`. */
  readonly address: string;
  /** Number of the connection, from 0. */
  readonly connection: number;
  /** Number of the request, from 0. */
  readonly sequence: number;
  /** Scheme, host and port that the client used, such as `http://127.0.0.1:5429`. */
  readonly origin: string;
  /** True if the client requested to close the connection after the response. */
  readonly closes: boolean;
  /** The body; empty for GET and HEAD. */
  readonly body: string;
}

/** What the simulated hub does with a request: sends a response, or misbehaves. */
export type Reply =
  | Answer
  /** Sends the response byte by byte. */
  | { readonly kind: 'drip'; readonly answer: Answer }
  /** Sends `text` unchanged, even if it is not valid HTTP, and closes the connection. `answer` is its well-formed equivalent. */
  | { readonly kind: 'raw'; readonly answer: Answer; readonly text: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' };

/** A well-formed HTTP response. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  /** Names and values, alternating. */
  readonly headers: readonly string[];
  readonly body: string | Buffer;
}

/** Returns a response with `Content-Type`, `Content-Length` and the given headers (names and values, alternating). */
export function plainAnswer(status: number, contentType: string, body: string, ...headers: string[]): Answer {
  const length = String(Buffer.byteLength(body));
  return {
    kind: 'answer',
    status,
    headers: ['Content-Type', contentType, 'Content-Length', length, ...headers],
    body,
  };
}

/** Returns the HTTP status of a reply; null if no response is sent. */
export function statusOf(reply: Reply): number | null {
  if (reply.kind === 'answer') return reply.status;
  return reply.kind === 'drip' || reply.kind === 'raw' ? reply.answer.status : null;
}

/** Returns status line and headers as HTTP/1.1 text, with `Connection: close`. */
export function rawHead({ status, headers }: Answer): string {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`];
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  return `${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`;
}

/** Returns the body to send; empty for HEAD. */
export function bodyOf({ body }: Answer, method: string): Buffer {
  if (method === 'HEAD') return Buffer.alloc(0);
  return typeof body === 'string' ? Buffer.from(body) : body;
}

/** Returns an error body of the distribution specification, with the final newline of Docker's captures. */
export function errorBody(code: string, message: string, detail?: unknown): string {
  return `${JSON.stringify({ errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] })}\n`;
}

let lastSecond = Number.NaN;
let lastText = '';

/** Formats an instant as HTTP date, such as `Wed, 15 Jul 2026 14:24:10 GMT`. Caches the newest second. */
export function httpDate(at: number): string {
  const second = Math.floor(at / 1_000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1_000).toUTCString();
  }
  return lastText;
}
