import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Answer, bodyOf, type Reply, rawHead } from '../wire/reply.ts';
import { drip } from './drip.ts';

/** Sends a reply over HTTP/1.1. */
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
  // Node would add `Connection: keep-alive` and `Keep-Alive`, which no capture has.
  response.removeHeader('connection');
  const isClosing = !response.shouldKeepAlive && !headers.some((name) => name.toLowerCase() === 'connection');
  response.writeHead(status, isClosing ? [...headers, 'Connection', 'close'] : [...headers]);
  if (method === 'HEAD') response.end();
  else response.end(body);
}
