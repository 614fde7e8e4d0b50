import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../src/kit/secret.ts';
import { issueServerCertificate } from '../../src/simulator/certificate-authority.ts';
import { startProxy } from './connect-proxy.ts';
import { credential } from './fixtures.ts';
import { listen, sayTo } from './loopback-server.ts';
import { openHub, startSimulatedHub } from './simulated-hub.ts';

/** A name that only the proxy resolves, to the simulated hub. */
const HUB_NAME = 'hub.test';
const METERED = { kind: 'metered' };

let certificate: Awaited<ReturnType<typeof issueServerCertificate>>;
let otherAuthority: string;

beforeAll(async () => {
  certificate = await issueServerCertificate(Date.now());
  otherAuthority = (await issueServerCertificate(Date.now())).authority;
});

async function temporaryFile(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'headroom-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'ca.pem'), content);
  return join(folder, 'ca.pem');
}

function secured() {
  return { cert: certificate.certificate, key: certificate.key };
}

/** Starts a simulated hub that can be reached only by name, through a proxy. */
async function startNamedHub() {
  const simulated = await startSimulatedHub();
  const port = Number(simulated.simulator.url.port);
  const url = new URL(`http://${HUB_NAME}:${port}`);
  return { ...simulated, port, url, origin: `${HUB_NAME}:${port}` };
}

/** Starts a simulated hub with TLS. */
async function startSecureHub() {
  let hubPort = 0;
  const port = await listen(
    createTlsServer(secured(), (client) => {
      const hub = connectTcp(hubPort, '127.0.0.1');
      client.pipe(hub).pipe(client);
      client.on('error', () => hub.destroy());
      hub.on('error', () => client.destroy());
    }),
  );
  const url = new URL(`https://127.0.0.1:${port}`);
  const simulated = await startSimulatedHub({ realm: `${url.origin}/token` });
  hubPort = Number(simulated.simulator.url.port);
  return { ...simulated, url, port };
}

describe('probe() from a local address', () => {
  test('connects from it', async () => {
    const { connect } = await startSimulatedHub();

    const reading = await connect().probe(credential({ route: { localAddress: '127.0.0.7' } }));

    expect(reading).toMatchObject({ kind: 'metered', source: { value: '127.0.0.7' } });
  });

  test('reports that this machine has no such address', async () => {
    const { connect } = await startSimulatedHub();

    const reading = await connect().probe(credential({ route: { localAddress: '203.0.113.1' } }));

    expect(reading).toMatchObject({ reason: 'connect', detail: expect.stringContaining('EADDRNOTAVAIL') });
  });
});

describe('probe() with one IP family', () => {
  // the family | the address of the hub | the reading
  test.each([
    [4, '127.0.0.1', METERED],
    [6, '127.0.0.1', { reason: 'connect' }],
  ] as const)('uses IPv%i only, towards a hub at %s', async (ipFamily, host, expected) => {
    const { simulator } = await startSimulatedHub({ host });
    const hub = openHub({ url: new URL(`http://localhost:${simulator.url.port}`) });

    const reading = await hub.probe(credential({ route: { ipFamily } }));

    // A machine without IPv6 does not resolve the name to an IPv6 address.
    if (ipFamily === 6 && reading.kind === 'failed' && reading.reason === 'dns') return;
    expect(reading).toMatchObject(expected);
  });
});

describe('probe() through a proxy', () => {
  // what the proxy's URL contains | its user part | the credentials sent
  test.each([
    ['no credentials', '', ''],
    ['user name and password', 'corp:p%40ss%3Aword@', ' corp:p@ss:word'],
    ['a user name only', 'corp@', ' corp:'],
  ])('sends %s', async (_, userPart, sent) => {
    const { connect, url, port, origin } = await startNamedHub();
    const proxy = await startProxy(port);
    const proxyUrl = new Secret(proxy.url.href.replace('//', `//${userPart}`));
    const hub = connect({ url, allowInsecure: true });

    const reading = await hub.probe(credential({ route: { proxyUrl } }));

    expect(reading).toMatchObject(METERED);
    expect(new Set(proxy.forwarded)).toEqual(new Set([`${origin}${sent}`]));
    expect(proxy.tunnels).toEqual([]);
  });

  test('connects to it from a local address', async () => {
    const { connect, url, port } = await startNamedHub();
    const origins: (string | undefined)[] = [];
    const proxy = await startProxy(port, 'carry', (plain) =>
      plain.on('connection', (socket) => origins.push(socket.remoteAddress)),
    );
    const proxyUrl = new Secret(proxy.url.href.replace('https', 'http'));

    await connect({ url, allowInsecure: true }).probe(
      credential({ route: { proxyUrl, localAddress: '127.0.0.9' } }),
    );

    expect(new Set(origins)).toEqual(new Set(['127.0.0.9']));
  });

  test('uses TLS to the proxy and to the hub', async () => {
    const { connect, url, port } = await startSecureHub();
    const proxy = await startProxy(port, 'carry', (plain) =>
      createTlsServer(secured(), (socket) => void plain.emit('connection', socket)),
    );
    const caFile = await temporaryFile(certificate.authority);

    const reading = await connect({ url, caFile }).probe(
      credential({ route: { proxyUrl: new Secret(proxy.url.href) } }),
    );

    expect(reading).toMatchObject(METERED);
    expect(proxy.tunnels[0]).toBe(`127.0.0.1:${port}`);
  });

  // how the proxy answers | the message after its name
  test.each([
    [407, 'asks for a user name and password, and SETTING holds none: it answers 407'],
    [403, 'refuses to carry the request to hub.test:443: it answers 403 Forbidden'],
    [502, 'cannot carry the request to hub.test:443: it answers 502 Bad Gateway'],
  ])('names it when it refuses a tunnel with %i', async (status, words) => {
    const proxy = await startProxy(1, status);
    const setting = 'credentials[anonymous].route.proxy_url';

    const reading = await openHub({ url: new URL('https://hub.test') }).probe(
      credential({ route: { proxyUrl: new Secret(proxy.url.href) } }),
    );

    expect(reading).toEqual({
      kind: 'failed',
      reason: 'proxy',
      detail: `No answer from the hub at hub.test: the proxy ${proxy.url.host} (${setting}) ${words.replace('SETTING', setting)}`,
    });
  });

  test('names a proxy that does not answer', async () => {
    const proxy = await startProxy(1, 'silence');
    const env = { https_proxy: proxy.url.host };

    const reading = await openHub({ url: new URL('https://hub.test'), env }).probe(
      credential({ timeoutMs: 100 }),
    );

    expect(reading).toEqual({
      kind: 'failed',
      reason: 'timeout',
      detail: `No answer from the hub at hub.test: the proxy ${proxy.url.host} (https_proxy) does not answer within 100ms`,
    });
  });

  // the problem | the URL of the proxy | the end of the detail, which never contains the password
  test.each([
    [
      'is not there',
      'http://corp:hunter2@127.0.0.1:1',
      /the proxy 127\.0\.0\.1:1 \(credentials\[ci\]\.route\.proxy_url_file\) refuses the connection: ECONNREFUSED$/,
    ],
    [
      'has no name in DNS',
      'http://corp:hunter2@proxy.invalid:3128',
      /the proxy proxy\.invalid:3128 \(\S+\) has a name that cannot be resolved: (?:ENOTFOUND|EAI_AGAIN)$/,
    ],
    [
      'has no URL',
      'http://corp:hunter2@:x',
      /: the proxy in credentials\[ci\]\.route\.proxy_url_file is not a URL such as http:\/\/proxy\.example\.com:3128$/,
    ],
    [
      'has bad escapes',
      'http://corp:hunter2%@proxy',
      /: the proxy in \S+ has a user name or password with a % that/,
    ],
    [
      'has another scheme',
      'gopher://corp:hunter2@proxy',
      /: the proxy in \S+ has the scheme gopher; possible are http, https, socks5$/,
    ],
  ])('reports that it %s', async (_, proxyUrl, detail) => {
    const { connect, url } = await startNamedHub();

    const reading = await connect({ url, allowInsecure: true }).probe(
      credential({ name: 'ci', route: { proxyUrl: new Secret(proxyUrl), proxyKey: 'proxy_url_file' } }),
    );

    expect(reading).toMatchObject({ reason: 'proxy', detail: expect.stringMatching(detail) });
    expect(JSON.stringify(reading)).not.toContain('hunter2');
  });

  test('uses the proxy of the given environment', async () => {
    const { connect, url, port, origin } = await startNamedHub();
    const proxy = await startProxy(port);
    const env = { HTTP_PROXY: `http://corp:hunter2@${proxy.url.host}` };

    const reading = await connect({ url, env, allowInsecure: true }).probe(credential());

    expect(reading).toMatchObject(METERED);
    expect(proxy.forwarded[0]).toBe(`${origin} corp:hunter2`);
  });

  // the exception | NO_PROXY | the URL of the hub
  test.each([
    ['a name', 'hub.test', undefined],
    ['a domain', '.test', undefined],
    ['everything', '*', undefined],
    ['loopback, which needs no setting', '', 'http://127.0.0.1'],
  ])('goes around the proxy for %s', async (_, noProxy, hubUrl) => {
    const { connect, url, port } = await startNamedHub();
    const proxy = await startProxy(port);
    const env = { HTTP_PROXY: proxy.url.href, NO_PROXY: noProxy };
    const direct = hubUrl === undefined ? url : new URL(`${hubUrl}:${port}`);

    await connect({ url: direct, env, allowInsecure: true }).probe(credential());

    expect([...proxy.tunnels, ...proxy.forwarded]).toEqual([]);
  });

  test('prefers the proxy of its own route to the proxy of the environment', async () => {
    const { connect, url, port } = await startNamedHub();
    const [own, common] = [await startProxy(port), await startProxy(port)];
    const env = { HTTP_PROXY: common.url.href };

    await connect({ url, env, allowInsecure: true }).probe(
      credential({ route: { proxyUrl: new Secret(own.url.href) } }),
    );

    expect([own.forwarded.length > 0, common.forwarded]).toEqual([true, []]);
  });

  test('reads the bare LF of the abuse limit through a proxy', async () => {
    const { connect, control, url, port } = await startSecureHub();
    const proxy = await startProxy(port);
    control.setFault('abuse-bare-lf');
    const caFile = await temporaryFile(certificate.authority);

    const reading = await connect({ url, caFile }).probe(
      credential({ route: { proxyUrl: new Secret(proxy.url.href) } }),
    );

    expect(reading).toEqual({ kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 });
  });
});

describe('probe() over TLS', () => {
  test('trusts the certificate authority of hub.ca_file', async () => {
    const { connect, url } = await startSecureHub();

    const reading = await connect({ url, caFile: await temporaryFile(certificate.authority) }).probe(
      credential(),
    );

    expect(reading).toMatchObject(METERED);
  });

  test('reads the bare LF of the abuse limit', async () => {
    const { connect, control, url } = await startSecureHub();
    control.setFault('abuse-bare-lf');

    const reading = await connect({ url, caFile: await temporaryFile(certificate.authority) }).probe(
      credential(),
    );

    expect(reading).toEqual({ kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 });
  });

  test('reads the file again when it has changed', async () => {
    const { connect, url } = await startSecureHub();
    const caFile = await temporaryFile(otherAuthority);
    const hub = connect({ url, caFile });

    const before = await hub.probe(credential());
    await writeFile(caFile, `${otherAuthority}\n${certificate.authority}`);
    const after = await hub.probe(credential());

    expect([before, after]).toMatchObject([{ reason: 'tls' }, METERED]);
  });

  test('rejects a certificate of an unknown authority', async () => {
    const { connect, url } = await startSecureHub();

    expect(await connect({ url }).probe(credential())).toMatchObject({
      reason: 'tls',
      detail: expect.stringMatching(
        /^Cannot set up a trusted connection to the hub at 127\.0\.0\.1:\d+: (?:UNABLE_TO_|SELF_SIGNED_)\w+$/,
      ),
    });
  });

  test('rejects a hub without TLS', async () => {
    const port = await sayTo('HTTP/1.1 400 Bad Request\r\n\r\n');

    expect(await openHub({ url: new URL(`https://127.0.0.1:${port}`) }).probe(credential())).toMatchObject({
      reason: 'tls',
    });
  });

  test('reports that hub.ca_file cannot be read', async () => {
    const hub = openHub({ url: new URL('https://hub.invalid'), caFile: '/nonexistent/ca.pem' });

    expect(await hub.probe(credential())).toMatchObject({
      reason: 'tls',
      detail: expect.stringMatching(/^Cannot read hub\.ca_file: ENOENT/),
    });
  });
});
