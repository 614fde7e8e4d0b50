import { STATUS_CODES } from 'node:http';

/** A request as the simulated hub sees it, whatever protocol brought it. */
export interface HubRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** A header by its lower-case name; several of one name are joined by commas. */
  header(name: string): string | undefined;
  /** Where the client comes from: see `clientAddress`. */
  readonly address: string;
  /** Counts connections from 0. */
  readonly connection: number;
  /** Counts requests from 0. */
  readonly sequence: number;
  /** Scheme, host and port by which the client reached the hub, such as `http://127.0.0.1:5429`. */
  readonly origin: string;
  /** Whether the connection closes after the answer because the client asked for it. */
  readonly closes: boolean;
  /** The body; empty for everything but a POST. */
  readonly body: string;
}

/** What the simulated hub does with a request. */
export type Reply =
  | Answer
  /** The answer byte by byte. */
  | { readonly kind: 'drip'; readonly answer: Answer }
  /** Bytes as they are, past every rule of HTTP, and then the end of the connection. */
  | { readonly kind: 'raw'; readonly answer: Answer; readonly text: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' };

/** A well-formed answer. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string | Buffer;
}

/** An answer without a layout of its own. */
export function plainAnswer(status: number, contentType: string, body: string, ...headers: string[]): Answer {
  const length = String(Buffer.byteLength(body));
  return {
    kind: 'answer',
    status,
    headers: ['Content-Type', contentType, 'Content-Length', length, ...headers],
    body,
  };
}

/** The status of a reply for the ledger; null where none is sent. */
export function statusOf(reply: Reply): number | null {
  if (reply.kind === 'answer') return reply.status;
  return reply.kind === 'drip' || reply.kind === 'raw' ? reply.answer.status : null;
}

/** An answer as HTTP/1.1 text, closing the connection. */
export function rawHead({ status, headers }: Answer): string {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`];
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  return `${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`;
}

/** The bytes that follow the head: none for HEAD. */
export function bodyOf({ body }: Answer, method: string): Buffer {
  if (method === 'HEAD') return Buffer.alloc(0);
  return typeof body === 'string' ? Buffer.from(body) : body;
}

/** An error as the distribution specification shapes it, with the line end that Docker's captures have. */
export function errorBody(code: string, message: string, detail?: unknown): string {
  return `${JSON.stringify({ errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] })}\n`;
}

let lastSecond = Number.NaN;
let lastText = '';

/** An instant as HTTP writes it, `Wed, 15 Jul 2026 14:24:10 GMT`; the newest second is remembered. */
export function httpDate(at: number): string {
  const second = Math.floor(at / 1_000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1_000).toUTCString();
  }
  return lastText;
}
