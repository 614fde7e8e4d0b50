import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { clientAddress, SOURCE_HEADER } from './client-address.ts';
import type { HubRequest } from './hub-request.ts';
import { type Answer, type Reply, rawHead } from './reply.ts';

/** A server that is listening, or not yet. */
export interface Listener {
  /** Resolves with the address it listens on. */
  start(): Promise<AddressInfo>;
  /** Ends every connection, the hanging ones too. */
  stop(): Promise<void>;
}

/** Largest body a client may send, in bytes: a token request is far smaller. */
const MAX_BODY_BYTES = 65_536;
/** Milliseconds between two bytes of a slow answer. */
const DRIP_MS = 50;

/** Serves HTTP on one port. */
export function createListener(
  place: { host: string; port: number },
  answer: (request: HubRequest, socketAddress: string) => Reply,
): Listener {
  const connections = new Map<Socket, number>();
  let connected = 0;
  const server: Server = createServer((request, response) => {
    readBody(request, (body) => {
      const { remoteAddress = '' } = request.socket;
      const connection = connections.get(request.socket) ?? 0;
      send(request, response, answer(toHubRequest(request, body, connection), remoteAddress));
    });
  });
  server.on('connection', (socket) => {
    connections.set(socket, connected);
    connected += 1;
    socket.on('close', () => connections.delete(socket));
  });

  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(place.port, place.host, () => resolve(server.address() as AddressInfo));
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections.keys()) socket.destroy();
      }),
  };
}

function readBody(request: IncomingMessage, then: (body: string) => void): void {
  if (request.method === 'HEAD' || request.method === 'GET') {
    then('');
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
    if (body.length > MAX_BODY_BYTES) request.destroy();
  });
  request.on('end', () => then(body));
}

function toHubRequest(request: IncomingMessage, body: string, connection: number): HubRequest {
  const { headers, method = 'GET', url = '/' } = request;
  const mark = url.indexOf('?');
  const source = headers[SOURCE_HEADER];
  return {
    method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    address: clientAddress(request.socket.remoteAddress ?? '', Array.isArray(source) ? source[0] : source),
    connection,
    origin: `http://${headers.host ?? 'localhost'}`,
    closes: headers.connection?.toLowerCase() === 'close',
    body,
  };
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const { socket } = request;
  switch (reply.kind) {
    case 'answer':
      sendAnswer(request, response, reply);
      return;
    case 'raw':
      socket.end(reply.text);
      return;
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'drip':
      drip(socket, rawHead(reply.answer), request.method === 'HEAD' ? '' : reply.answer.body);
      return;
    case 'hang':
      return;
  }
}

function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
): void {
  response.sendDate = false;
  // Node would add `Connection` and `Keep-Alive` of its own, which no capture has.
  response.removeHeader('connection');
  response.writeHead(status, headers as string[]);
  if (request.method === 'HEAD') response.end();
  else response.end(body);
}

function drip(socket: Socket, head: string, body: string | Buffer): void {
  const bytes = Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body as string)]);
  let sent = 0;
  const timer = setInterval(() => {
    socket.write(bytes.subarray(sent, sent + 1));
    sent += 1;
    if (sent < bytes.length) return;
    clearInterval(timer);
    socket.end();
  }, DRIP_MS);
  socket.on('close', () => clearInterval(timer));
}
