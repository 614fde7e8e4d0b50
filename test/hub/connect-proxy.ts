import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import { listen } from './loopback-server.ts';

/** A proxy that carries CONNECT tunnels, as a company has one. */
export interface ConnectProxy {
  readonly url: URL;
  /** Of each CONNECT: the target and the credentials that came with it, as `host:port user:password`. */
  readonly tunnels: string[];
}

/**
 * Starts a proxy for one test.
 * @param port where every tunnel ends, whatever its target's name
 * @param answer how it answers: `carry`, `silence`, or a status
 * @param wrap puts the HTTP server behind TLS
 */
export async function startProxy(
  port: number,
  answer: 'carry' | 'silence' | number = 'carry',
  wrap?: (plain: Server) => Server,
): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const plain = createServer();
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
  return { url: new URL(`${wrap ? 'https' : 'http'}://127.0.0.1:${proxyPort}`), tunnels };
}

function credentialsOf(request: IncomingMessage): string {
  const [, credentials = ''] = (request.headers['proxy-authorization'] ?? '').split(' ');
  return Buffer.from(credentials, 'base64').toString('utf8');
}
