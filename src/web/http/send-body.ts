import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';

/** A whole answer. Streams (server-sent events) never come this way, so that nothing holds them back. */
export interface Body {
  readonly type: string;
  /** Text, or what is encoded already. */
  readonly text: string | Uint8Array;
  /** 200 unless given. */
  readonly status?: number;
  /** `no-store` unless given. */
  readonly cacheControl?: string;
}

/** Live data is never kept by anybody; the assets have their own rule. */
const NEVER_CACHED = 'no-store';
/** A body up to this many bytes fits into one packet, and gains nothing. */
const COMPRESSED_FROM_BYTES = 1_400;
const compress = promisify(gzip);

/** Sends an answer made just now, compressed where it is worth it and the client understands. */
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

/** Sends plain text, a line for programs and people at a terminal. */
export function sendText(request: Request, response: Response, text: string, status = 200): Promise<void> {
  return sendBody(request, response, { type: 'text/plain; charset=utf-8', text: `${text}\n`, status });
}

/** Sends JSON. */
export function sendJson(request: Request, response: Response, value: unknown, status = 200): Promise<void> {
  const text = JSON.stringify(value);
  return sendBody(request, response, { type: 'application/json; charset=utf-8', text, status });
}
