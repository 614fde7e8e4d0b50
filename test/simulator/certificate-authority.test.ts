import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { issueServerCertificate } from '../../src/simulator/certificate-authority.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');

describe('issueServerCertificate()', () => {
  test('signs the server by its authority, with the key that belongs to it', async () => {
    const pem = await issueServerCertificate(NOW);
    const authority = new X509Certificate(pem.authority);
    const server = new X509Certificate(pem.certificate);

    expect(server.checkIssued(authority)).toBe(true);
    expect(server.verify(authority.publicKey)).toBe(true);
    expect(server.checkPrivateKey(createPrivateKey(pem.key))).toBe(true);
    expect([authority.ca, server.ca]).toEqual([true, false]);
  });

  test('holds the loopback names and those given, each once', async () => {
    const pem = await issueServerCertificate(NOW, ['registry-1.docker.io', 'localhost', '192.0.2.1']);
    expect(new X509Certificate(pem.certificate).subjectAltName?.split(', ')).toEqual([
      'DNS:localhost',
      'IP Address:127.0.0.1',
      'IP Address:0:0:0:0:0:0:0:1',
      'DNS:registry-1.docker.io',
      'IP Address:192.0.2.1',
    ]);
  });

  test('holds from an hour before now for thirty days', async () => {
    const server = new X509Certificate((await issueServerCertificate(NOW)).certificate);
    expect(new Date(server.validFrom).toISOString()).toBe('2026-11-23T11:00:00.000Z');
    expect(new Date(server.validTo).toISOString()).toBe('2026-12-23T12:00:00.000Z');
  });

  test('makes another authority each time', async () => {
    const [one, other] = await Promise.all([issueServerCertificate(NOW), issueServerCertificate(NOW)]);
    const server = new X509Certificate(one.certificate);
    expect(server.verify(new X509Certificate(other.authority).publicKey)).toBe(false);
  });

  test.each([
    { servername: 'localhost', trusted: true, authorized: true },
    { servername: 'registry-1.docker.io', trusted: true, authorized: true },
    { servername: 'hub.example', trusted: true, authorized: false },
    { servername: 'localhost', trusted: false, authorized: false },
  ])(
    'serves TLS: as $servername, authority trusted: $trusted, gives authorized: $authorized',
    async ({ servername, trusted, authorized }) => {
      const pem = await issueServerCertificate(Date.now(), ['registry-1.docker.io']);
      const server = createServer({ cert: pem.certificate, key: pem.key }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;

      const socket = connect({
        host: '127.0.0.1',
        port,
        servername,
        ...(trusted ? { ca: pem.authority } : {}),
        rejectUnauthorized: false,
      });
      await once(socket, 'secureConnect');

      expect(socket.authorized).toBe(authorized);
      socket.destroy();
      server.close();
    },
  );
});
