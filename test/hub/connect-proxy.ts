import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import { listen } from './loopback-server.ts';

/** Describes an HTTP proxy for tests. It supports CONNECT tunnels and http requests in absolute form. */
export interface ConnectProxy {
  readonly url: URL;
  /** Target and login of each CONNECT, as `host:port user:password`. */
  readonly tunnels: string[];
  /** Target and login of each request in absolute form, in the same format. */
  readonly forwarded: string[];
}

/** How a proxy answers: `carry` forwards the request, `silence` sends no answer, a number is the status of its answer. */
export type ProxyAnswer = 'carry' | 'silence' | number;

/**
 * Starts a proxy for one test.
 * @param port the loopback port to which every request is forwarded, regardless of its target
 * @param wrap adds TLS to the HTTP server
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
