import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { type Answer, bodyOf, type Reply } from '../wire/reply.ts';
import { drip } from './drip.ts';

/** Headers of one connection's business, which HTTP/2 forbids (RFC 9113, section 8.2.2). */
const HOP_HEADERS: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/** Sends a reply over HTTP/2. Bytes that are no HTTP/1.1 are sent as the answer they stand for. */
export function sendHttp2(stream: ServerHttp2Stream, method: string, reply: Reply, tcpSocket: Socket): void {
  // The client took its request back while its body was read.
  if (stream.destroyed) return;
  switch (reply.kind) {
    case 'answer':
    case 'raw': {
      const answer = reply.kind === 'raw' ? reply.answer : reply;
      respond(stream, answer, method === 'HEAD');
      if (method !== 'HEAD') stream.end(answer.body);
      break;
    }
    case 'reset':
      tcpSocket.resetAndDestroy();
      break;
    case 'drip':
      respond(stream, reply.answer, method === 'HEAD');
      if (method !== 'HEAD') drip(stream, bodyOf(reply.answer, method));
      break;
    case 'hang':
      break;
  }
}

function respond(stream: ServerHttp2Stream, { status, headers }: Answer, endStream: boolean): void {
  const fields: OutgoingHttpHeaders = { [constants.HTTP2_HEADER_STATUS]: status };
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] ?? '').toLowerCase();
    if (!HOP_HEADERS.has(name)) fields[name] = headers[i + 1];
  }
  stream.respond(fields, { endStream });
}
