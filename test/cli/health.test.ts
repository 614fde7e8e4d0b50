import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { issueServerCertificate } from '../../src/simulator/certificate-authority.ts';
import { run } from './run-program.ts';

/** Answers every request with a status, and remembers the paths. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function answering(status: number): Promise<{ port: number; paths: string[] }> {
  const paths: string[] = [];
  const server = createHttpServer((request, response) => {
    paths.push(request.url ?? '');
    response.writeHead(status).end();
  });
  return { port: await listen(server), paths };
}

describe('headroom health', () => {
  test.each<[status: number, exitCode: number, why: string]>([
    [200, 0, 'alive'],
    [401, 0, 'alive behind a password'],
    [404, 1, 'another server'],
    [500, 1, 'broken'],
  ])('treats status %i as exit code %i: %s', async (status, exitCode) => {
    const { port } = await answering(status);
    expect(await run(['health', '--url', `http://127.0.0.1:${port}`])).toMatchObject({ exitCode });
  });

  test('requests the path below the route prefix', async () => {
    const { port, paths } = await answering(200);
    await run(['health', '--url', `http://127.0.0.1:${port}/headroom`]);
    expect(paths).toEqual(['/headroom/-/healthy']);
  });

  test('requests its own address below the route prefix', async () => {
    const { port, paths } = await answering(200);
    const env = { HEADROOM_LISTEN_ADDRESS: `:${port}` };
    await run(['health', '--web.route-prefix=/headroom'], { env });
    expect(paths).toEqual(['/headroom/-/healthy']);
  });

  test.each([':PORT', '0.0.0.0:PORT', '127.0.0.1:PORT', '127.0.0.1:PORT, [::1]:1'])(
    'finds HEADROOM_LISTEN_ADDRESS=%s',
    async (form) => {
      const { port } = await answering(200);
      const env = { HEADROOM_LISTEN_ADDRESS: form.replace('PORT', String(port)) };
      expect(await run(['health'], { env })).toMatchObject({ exitCode: 0, stderr: '' });
    },
  );

  test('finds one that speaks TLS, whatever its certificate is for', async () => {
    const { certificate: cert, key } = await issueServerCertificate(Date.now());
    const server = createHttpsServer({ cert, key }, (_request, response) => void response.end());
    const env = { HEADROOM_LISTEN_ADDRESS: `127.0.0.1:${await listen(server)}` };
    expect(await run(['health'], { env })).toMatchObject({ exitCode: 0 });
  });

  test('states its URL and what happened', async () => {
    const { port } = await answering(200);
    const url = `https://127.0.0.1:${port}`;
    const { exitCode, stderr } = await run(['health', '--url', url]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Headroom does not respond: ${url}: ERR_SSL_\\w+\\n$`));
  });

  test('waits no longer than its timeout', async () => {
    const port = await listen(createHttpServer(() => undefined));
    const url = `http://127.0.0.1:${port}`;
    const { exitCode, stderr } = await run(['health', '--url', url, '--timeout', '100ms']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `Headroom does not respond: ${url}: no response within 100ms\n`,
    });
  });
});
