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
  /** Number of the connection, from 0. */
  readonly number: number;
  /** The TCP socket; with TLS, the socket below it. */
  readonly socket: Socket;
}

/** Stores the open connections. */
interface Connections {
  add(socket: Socket): void;
  /** Finds a connection by the address and port of its client, because TLS and HTTP/2 wrap the socket. */
  of(socket: {
    readonly remoteAddress?: string | undefined;
    readonly remotePort?: number | undefined;
  }): Connection | undefined;
  destroyAll(): void;
}

/** Creates a store without connections. */
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

/** Largest accepted request body, in bytes (64 KiB). */
const MAX_BODY_BYTES = 65_536;

/** Reads the body of a request and passes it to `then`. Destroys the stream of a client that sends too much. */
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

/** A server for one port. */
interface Listener {
  /** Starts listening. Resolves with the address; rejects if the port cannot be opened. */
  start(): Promise<AddressInfo>;
  /** Stops listening and closes every connection, also those that wait for a response. */
  stop(): Promise<void>;
}

/** Certificate and key of a TLS server, as PEM text. */
export interface TlsMaterial {
  readonly certificate: string;
  readonly key: string;
}

/** Options of a listener. */
interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsMaterial | undefined;
  /** Reports whether HTTP/2 is negotiated with TLS clients that offer it; called at each handshake. */
  readonly offersHttp2: () => boolean;
  /** Returns the reply to a request. `socketAddress` is the remote address of the socket. */
  readonly answer: (request: HubRequest, socketAddress: string) => Reply;
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** Creates a server of HTTP/1.1; with TLS, of HTTP/1.1 and HTTP/2 on the same port. */
export function createListener(options: ListenerOptions): Listener {
  const connections = createConnections();
  const scheme = options.tls ? 'https' : 'http';
  let sequence = 0;

  function serve(request: Request, response: Response): void {
    const { method = 'GET', socket } = request;
    const connection = connections.of(socket);
    // The connection was closed before its request was handled.
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
