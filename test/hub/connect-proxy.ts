import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import { listen } from './loopback-server.ts';

/** An http proxy, as companies have one: CONNECT tunnels, and http requests in absolute form. */
export interface ConnectProxy {
  readonly url: URL;
  /** Of each CONNECT: the target and the login that came with it, as `host:port user:password`. */
  readonly tunnels: string[];
  /** The same of each request in absolute form. */
  readonly forwarded: string[];
}

/** How a proxy answers: `carry` passes on, `silence` answers nothing, a number is a status of its own. */
export type ProxyAnswer = 'carry' | 'silence' | number;

/**
 * Starts a proxy for one test.
 * @param port where every request ends, whatever its target's name
 * @param wrap puts the HTTP server behind TLS
 */
export async function startProxy(
  port: number,
  answer: ProxyAnswer = 'carry',
  wrap?: (plain: Server) => Server,
): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const forwarded: string[] = [];
  const plain = createServer((request, response) => {
    const { host } = new URL(request.url ?? '');
    forwarded.push(`${host} ${credentialsOf(request)}`.trim());
    if (answer === 'carry') return forward(request, response, port);
    if (answer !== 'silence') response.writeHead(answer, { 'content-length': 0 }).end();
  });
  plain.on('connect', (request: IncomingMessage, client: Socket) => {
    tunnels.push(`${request.url} ${credentialsOf(request)}`.trim());
    if (answer === 'silence') return;
    if (answer !== 'carry') return void client.end(`HTTP/1.1 ${answer} Refused\r\nContent-Length: 0\r\n\r\n`);
    const hub = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(hub).pipe(client);
    });
    hub.on('error', () => client.destroy());
    client.on('error', () => hub.destroy());
  });
  const proxyPort = await listen(wrap ? wrap(plain) : plain);
  const url = new URL(`${wrap ? 'https' : 'http'}://127.0.0.1:${proxyPort}`);
  return { url, tunnels, forwarded };
}

function forward(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { pathname, search } = new URL(request.url ?? '');
  const { 'proxy-authorization': _, ...headers } = request.headers;
  const { method } = request;
  const path = pathname + search;
  const onward = httpRequest({ host: '127.0.0.1', port, path, method, headers, insecureHTTPParser: true });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

function credentialsOf(request: IncomingMessage): string {
  const [, credentials = ''] = (request.headers['proxy-authorization'] ?? '').split(' ');
  return Buffer.from(credentials, 'base64').toString('utf8');
}
