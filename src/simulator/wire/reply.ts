import { STATUS_CODES } from 'node:http';

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
