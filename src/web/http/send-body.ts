import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';

/** Contains a complete answer. Streams (server-sent events) are sent in another way, without buffering. */
export interface Body {
  /** Value of `Content-Type`. */
  readonly type: string;
  /** The body, as text or as bytes. */
  readonly text: string | Uint8Array;
  /** Default: 200. */
  readonly status?: number;
  /** Value of `Cache-Control`. Default: `no-store`. */
  readonly cacheControl?: string;
}

/** Live data is never cached. The assets have their own rule. */
const NEVER_CACHED = 'no-store';
/** The size from which a body is compressed, in bytes. A smaller one fits into one packet. */
const COMPRESSED_FROM_BYTES = 1_400;
const compress = promisify(gzip);

/** Sends an answer, compressed if it is large enough and the client accepts gzip. */
export async function sendBody(request: Request, response: Response, body: Body): Promise<void> {
  response.statusCode = body.status ?? 200;
  response.setHeader('Content-Type', body.type);
  response.setHeader('Cache-Control', body.cacheControl ?? NEVER_CACHED);
  response.vary('Accept-Encoding');
  let bytes = typeof body.text === 'string' ? Buffer.from(body.text) : body.text;
  if (bytes.length > COMPRESSED_FROM_BYTES && request.acceptsEncodings('gzip') === 'gzip') {
    bytes = await compress(bytes, { level: 5 });
    response.setHeader('Content-Encoding', 'gzip');
  }
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
}

/** Sends plain text and a line break. Default status: 200. */
export function sendText(request: Request, response: Response, text: string, status = 200): Promise<void> {
  return sendBody(request, response, { type: 'text/plain; charset=utf-8', text: `${text}\n`, status });
}

/** Sends a value as JSON. Default status: 200. */
export function sendJson(request: Request, response: Response, value: unknown, status = 200): Promise<void> {
  const text = JSON.stringify(value);
  return sendBody(request, response, { type: 'application/json; charset=utf-8', text, status });
}

/** Sends the cells of a table as CSV (RFC 4180). The first row is the header. */
export async function sendCsv(
  request: Request,
  response: Response,
  rows: (string | number)[][],
): Promise<void> {
  const { default: Papa } = await import('papaparse');
  // A spreadsheet executes a name that begins with "=".
  const text = `${Papa.unparse(rows, { escapeFormulae: true })}\r\n`;
  await sendBody(request, response, { type: 'text/csv; charset=utf-8; header=present', text });
}
