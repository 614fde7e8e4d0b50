import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  issueServerCertificate,
  type ServerCertificate,
} from '../../../src/simulator/certificate-authority.ts';
import type { Simulator, SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { startSimulator } from '../hub-client.ts';
import { rawExchange } from '../raw-exchange.ts';

let tls: ServerCertificate;
const running: Simulator[] = [];
const sessions: ClientHttp2Session[] = [];

beforeAll(async () => {
  tls = await issueServerCertificate(Date.now());
});
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
});

async function start(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const simulator = await startSimulator({ tls, ...options });
  running.push(simulator);
  return simulator;
}

function http2Ask(
  simulator: Simulator,
  method: string,
  path: string,
): Promise<{ head: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const session = connect(simulator.url, { ca: tls.authority });
    sessions.push(session);
    session.on('error', reject);
    const stream = session.request({ ':method': method, ':path': path });
    let head: IncomingHttpHeaders = {};
    let body = '';
    stream.setEncoding('utf8');
    stream.on('response', (received) => {
      head = received;
    });
    stream.on('data', (chunk: string) => {
      body += chunk;
    });
    stream.on('end', () => resolve({ head, body }));
    stream.on('error', reject);
    stream.end();
  });
}

/** The protocol that a handshake agrees on; the error's code where there is none. */
function negotiated(simulator: Simulator, ...ALPNProtocols: string[]): Promise<string | false | null> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host: simulator.url.hostname,
      port: Number(simulator.url.port),
      ca: tls.authority,
      ALPNProtocols,
    });
    socket.on('secureConnect', () => {
      resolve(socket.alpnProtocol);
      socket.destroy();
    });
    socket.on('error', () => resolve(null));
  });
}

describe('createListener() with TLS', () => {
  test('speaks HTTP/2 where the profile has it, and HTTP/1.1 to other clients', async () => {
    const simulator = await start();
    expect(await negotiated(simulator, 'h2', 'http/1.1')).toBe('h2');
    expect(await negotiated(simulator, 'http/1.1')).toBe('http/1.1');
    simulator.control.setProfile('2022-2025');
    expect(await negotiated(simulator, 'h2', 'http/1.1')).toBe('http/1.1');
  });

  test('names itself by the authority the client used', async () => {
    const simulator = await start();
    const { head } = await http2Ask(simulator, 'HEAD', '/v2/');
    expect(head['www-authenticate']).toContain(`realm="${simulator.url.origin}/token"`);
    expect(simulator.url.protocol).toBe('https:');
  });

  test('sends faults over HTTP/2 too', async () => {
    const simulator = await start();
    simulator.control.setFault('unavailable');
    expect((await http2Ask(simulator, 'GET', '/v2/')).head[':status']).toBe(503);
    simulator.control.setFault('abuse-bare-lf');
    const abuse = await http2Ask(simulator, 'GET', '/v2/');
    expect([abuse.head[':status'], abuse.body]).toEqual([429, 'Too Many Requests (HAP429).\n']);
    simulator.control.setFault('reset');
    await expect(http2Ask(simulator, 'GET', '/v2/')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('createListener()', () => {
  test('adds no header that no capture has, and closes when the client requests it', async () => {
    const simulator = await startSimulator();
    running.push(simulator);
    const kept = await rawExchange(simulator.url, 'HEAD /v2/');
    const closed = await rawExchange(simulator.url, 'HEAD /v2/', ['Connection: close']);
    const names = kept.headers.map(([name]) => name);
    expect(names).not.toContain('Connection');
    expect(names).not.toContain('Keep-Alive');
    expect(closed.headers.map(([name]) => name)).toEqual([...names, 'Connection']);
  });

  test('cuts off a client that sends too much', async () => {
    const simulator = await startSimulator();
    running.push(simulator);
    const sent = fetch(new URL('/token', simulator.url), { method: 'POST', body: 'x'.repeat(1_000_000) });
    await expect(sent).rejects.toThrow('fetch failed');
  });

  test('stop() ends connections that hang', async () => {
    const simulator = await start();
    simulator.control.setFault('hang');
    const asked = http2Ask(simulator, 'GET', '/v2/');
    while (simulator.control.ledger().length === 0) await new Promise(setImmediate);
    await simulator.stop();
    expect(await asked).toEqual({ head: {}, body: '' });
  });

  test('states when its port is taken', async () => {
    const first = await start();
    await expect(start({ port: Number(first.url.port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
