import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { type Answer, bodyOf, type Reply, rawHead } from '../wire/messages.ts';

/** Interval between two bytes of a slow response, in milliseconds. */
const DRIP_MS = 50;

/** Writes bytes one by one and then ends the stream. Stops when the stream is closed. */
function drip(stream: Writable, bytes: Buffer): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < bytes.length) {
      stream.write(bytes.subarray(sent, sent + 1));
      sent += 1;
      return;
    }
    clearInterval(timer);
    stream.end();
  }, DRIP_MS);
  stream.on('close', () => clearInterval(timer));
}

/**
 * Sends a reply over HTTP/1.1.
 * @param tcpSocket the socket to reset for a `reset` reply
 */
export function sendHttp1(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  tcpSocket: Socket,
): void {
  const { socket, method = 'GET' } = request;
  switch (reply.kind) {
    case 'answer':
      sendAnswer(response, reply, method);
      break;
    case 'raw':
      socket.end(reply.text);
      break;
    case 'reset':
      tcpSocket.resetAndDestroy();
      break;
    case 'drip':
      drip(
        socket,
        Buffer.concat([Buffer.from(rawHead(reply.answer), 'latin1'), bodyOf(reply.answer, method)]),
      );
      break;
    case 'hang':
      break;
  }
}

function sendAnswer(response: ServerResponse, { status, headers, body }: Answer, method: string): void {
  response.sendDate = false;
  // Node adds `Connection: keep-alive` and `Keep-Alive` otherwise, which no capture has.
  response.removeHeader('connection');
  const isClosing = !response.shouldKeepAlive && !headers.some((name) => name.toLowerCase() === 'connection');
  response.writeHead(status, isClosing ? [...headers, 'Connection', 'close'] : [...headers]);
  if (method === 'HEAD') response.end();
  else response.end(body);
}

/** Connection-specific headers, which HTTP/2 forbids (RFC 9113, section 8.2.2). */
const HOP_HEADERS: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/** Sends a reply over HTTP/2. A `raw` reply is sent as its well-formed response. */
export function sendHttp2(stream: ServerHttp2Stream, method: string, reply: Reply, tcpSocket: Socket): void {
  // The client cancelled the request while its body was read.
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
