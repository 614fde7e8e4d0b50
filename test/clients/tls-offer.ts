import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { issueServerCertificate } from '../../src/simulator/certificate-authority.ts';
import type { HubEndpoint } from './hub-endpoint.ts';

/** A TLS port that notes what its clients offer to speak, and hangs up. */
export interface TlsListener {
  readonly endpoint: HubEndpoint;
  /** Application protocols offered in each handshake (RFC 7301, ALPN); empty where the client offered none. */
  readonly offers: readonly (readonly string[])[];
  stop(): void;
}

/** Listens on a free port of loopback. */
export async function startTlsListener(): Promise<TlsListener> {
  const { authority, certificate, key } = await issueServerCertificate(Date.now());
  const offers: string[][] = [];
  const server = createServer({
    cert: certificate,
    key,
    ALPNCallback: ({ protocols }) => {
      offers.push(protocols);
      return protocols.includes('http/1.1') ? 'http/1.1' : undefined;
    },
  });
  server.on('secureConnection', (socket) => {
    // The callback is not called for a handshake without the extension.
    if (socket.alpnProtocol === false) offers.push([]);
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: { url: `https://127.0.0.1:${port}`, authority },
    offers,
    stop: () => server.close(),
  };
}
