import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { clientAddress, SOURCE_HEADER } from '../metering/client-address.ts';
import type { HubRequest, Reply } from '../wire/messages.ts';
import { sendHttp1, sendHttp2 } from './send-reply.ts';

/** One connection of a client. */
interface Connection {
  /** Counts from 0. */
  readonly number: number;
  /** The TCP socket, below TLS where there is TLS. */
  readonly socket: Socket;
}

/** The connections that are open. */
interface Connections {
  add(socket: Socket): void;
  /** The connection a request came by, found by the client's end of it: TLS and HTTP/2 wrap the socket. */
  of(socket: {
    readonly remoteAddress?: string | undefined;
    readonly remotePort?: number | undefined;
  }): Connection | undefined;
  destroyAll(): void;
}

/** Starts with none. */
function createConnections(): Connections {
  const open = new Map<string, Connection>();
  let added = 0;
  const keyOf = (socket: { remoteAddress?: string | undefined; remotePort?: number | undefined }): string =>
    `${socket.remoteAddress} ${socket.remotePort}`;

  return {
    add(socket) {
      const key = keyOf(socket);
      open.set(key, { number: added, socket });
      added += 1;
      socket.on('close', () => open.delete(key));
    },
    of: (socket) => open.get(keyOf(socket)),
    destroyAll() {
      for (const { socket } of open.values()) socket.destroy();
    },
  };
}

/** Largest body a client may send, in bytes (64 KiB): token requests and control are far smaller. */
const MAX_BODY_BYTES = 65_536;

/** Hands a request's body on once it is whole. A client that sends too much is cut off. */
function readBody(method: string, stream: Readable, then: (body: string) => void): void {
  if (method === 'GET' || method === 'HEAD') {
    then('');
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BODY_BYTES) stream.destroy();
  });
  stream.on('end', () => then(Buffer.concat(chunks).toString()));
}

/** A server that is listening, or not yet. */
interface Listener {
  /** Resolves with the address it listens on. */
  start(): Promise<AddressInfo>;
  /** Ends every connection, the hanging ones too. */
  stop(): Promise<void>;
}

/** What makes a listener speak TLS, in PEM. */
export interface TlsMaterial {
  readonly certificate: string;
  readonly key: string;
}

/** Where a listener listens and what it speaks. */
interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsMaterial | undefined;
  /** Whether a TLS client that offers HTTP/2 gets it; asked at each handshake. */
  readonly offersHttp2: () => boolean;
  readonly answer: (request: HubRequest, socketAddress: string) => Reply;
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** Serves HTTP/1.1, or with TLS HTTP/1.1 and HTTP/2, on one port. */
export function createListener(options: ListenerOptions): Listener {
  const connections = createConnections();
  const scheme = options.tls ? 'https' : 'http';
  let sequence = 0;

  function serve(request: Request, response: Response): void {
    const { method = 'GET', socket } = request;
    const connection = connections.of(socket);
    // Gone before its request was looked at.
    if (!connection) return;
    readBody(method, request, (body) => {
      const reply = options.answer(
        toHubRequest(request, response, { body, connection, sequence, scheme }),
        socket.remoteAddress ?? '',
      );
      sequence += 1;
      send(request, response, reply, connection.socket);
    });
  }

  const server = createServerFor(options, serve);
  server.on('connection', (socket: Socket) => connections.add(socket));
  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, options.host, () => resolve(server.address() as AddressInfo));
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        connections.destroyAll();
      }),
  };
}

function createServerFor(
  { tls, offersHttp2 }: ListenerOptions,
  serve: (request: Request, response: Response) => void,
): Server | Http2SecureServer {
  if (!tls) return createServer(serve);
  const ALPNCallback = ({ protocols }: { protocols: string[] }): string | undefined =>
    ['h2', 'http/1.1'].find((name) => protocols.includes(name) && (name !== 'h2' || offersHttp2()));
  return createSecureServer({ cert: tls.certificate, key: tls.key, allowHTTP1: true, ALPNCallback }, serve);
}

function send(request: Request, response: Response, reply: Reply, tcpSocket: Socket): void {
  if ('stream' in request) sendHttp2(request.stream, request.method, reply, tcpSocket);
  else sendHttp1(request, response as ServerResponse, reply, tcpSocket);
}

function toHubRequest(
  request: Request,
  response: Response,
  more: { body: string; connection: Connection; sequence: number; scheme: string },
): HubRequest {
  const { headers, method = 'GET', url = '/' } = request;
  const mark = url.indexOf('?');
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  return {
    method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    header,
    address: clientAddress(request.socket.remoteAddress ?? '', header(SOURCE_HEADER)),
    connection: more.connection.number,
    sequence: more.sequence,
    origin: `${more.scheme}://${header(':authority') ?? header('host') ?? 'localhost'}`,
    closes: 'shouldKeepAlive' in response && !response.shouldKeepAlive,
    body: more.body,
  };
}
