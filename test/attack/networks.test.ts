import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Lookup } from '../../src/kit/http/open-socket.ts';
import { readProxyRules } from '../../src/kit/http/proxy-rules.ts';
import { eventually } from '../end-to-end/headroom-process.ts';
import { startHeadroom } from '../end-to-end/running-headroom.ts';
import { startProxy } from '../hub/connect-proxy.ts';
import { listen, sayTo } from '../hub/loopback-server.ts';
import { startDeadAddress } from '../kit/http/dead-address.ts';
import { type AttackRow, expectAttackTable } from './attack-table.ts';
import { OUTGOING_CLIENTS, type OutgoingClient } from './outgoing-clients.ts';

const rows: AttackRow[] = [];
const PASSWORD = 'hunter2-of-the-proxy';
const LOGIN = `corp:${PASSWORD}`;
const ENCODED_LOGIN = Buffer.from(LOGIN).toString('base64');
/** Every message about a proxy with a password. */
const said: string[] = [];

/** How an address accepts connections: at once, after more than 400 ms, or never. */
type Way = 'live' | 'slow' | 'dead';
/** In the order of the resolver. */
type Addresses = readonly (readonly [address: string, way: Way])[];

const V6 = '::1';
const V4 = '127.0.0.2';
/** How long a slow address leaves a connection unanswered, in milliseconds. */
const SLOW_MS = 400;

function resolving(addresses: Addresses): Lookup {
  return async () => addresses.map(([address]) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

/** Passes connections on to a port of 127.0.0.1. */
function passOn(port: number) {
  return createServer((client: Socket) => {
    const target = connect(port, '127.0.0.1').on('error', () => client.destroy());
    client.on('error', () => target.destroy());
    client.pipe(target).pipe(client);
  });
}

/** Starts every address with its behaviour, on one port; `begin` starts the delay of the slow ones. */
async function startAddresses(target: number, addresses: Addresses) {
  const [live] = addresses.find(([, way]) => way === 'live') ?? [];
  let port = live === undefined ? 0 : await listen(passOn(target), live);
  const slow: (() => void)[] = [];
  for (const [address, way] of addresses) {
    if (way === 'live') continue;
    const started = await startDeadAddress(address, port, target);
    port = started.port;
    if (way === 'slow') slow.push(started.revive);
  }
  return {
    port,
    begin() {
      const timer = setTimeout(() => {
        for (const revive of slow) revive();
      }, SLOW_MS);
      onTestFinished(() => clearTimeout(timer));
    },
  };
}

async function askAt(client: OutgoingClient, addresses: Addresses, timeoutMs?: number): Promise<string> {
  const { port, begin } = await startAddresses(await client.startServer(), addresses);
  const lookup = resolving(addresses);
  begin();
  return await client.ask(`http://target.test:${port}`, { lookup, ...(timeoutMs && { timeoutMs }) });
}

const NAMES = OUTGOING_CLIENTS.map(({ name }) => name).join(', ');

describe('a name with several addresses', () => {
  // what is wrong | the addresses
  test.each<[string, Addresses]>([
    [
      'its IPv6 address accepts no connection',
      [
        [V6, 'dead'],
        [V4, 'live'],
      ],
    ],
    [
      'its IPv4 address accepts no connection',
      [
        [V4, 'dead'],
        [V6, 'live'],
      ],
    ],
    ['its only address needs 400 ms to accept a connection', [[V4, 'slow']]],
    [
      'its IPv6 address accepts no connection, its IPv4 address needs 400 ms to accept one',
      [
        [V6, 'dead'],
        [V4, 'slow'],
      ],
    ],
  ])('is reached: %s', async (attack, addresses) => {
    const outcomes = await Promise.all(OUTGOING_CLIENTS.map((client) => askAt(client, addresses)));
    const answered = outcomes.filter((outcome) => outcome === 'answered').length;
    expect(outcomes).toEqual(['answered', 'answered', 'answered']);
    rows.push({
      attack: `a host name: ${attack}`,
      measured: `reaches ${answered} of ${outcomes.length}: ${NAMES}`,
      seen: 'nothing',
    });
  });

  test('fails at the timeout if no address accepts a connection', async () => {
    const addresses: Addresses = [
      [V6, 'dead'],
      [V4, 'dead'],
    ];
    const outcomes = await Promise.all(OUTGOING_CLIENTS.map((client) => askAt(client, addresses, 2_000)));
    expect(outcomes).toEqual([
      expect.stringMatching(/^No answer from the hub at target\.test:\d+: the probe's time of 2s is over$/),
      expect.stringMatching(/^target\.test:\d+ does not answer within 2s$/),
      expect.stringMatching(/^http:\/\/target\.test:\d+ does not answer within 2s$/),
    ]);
    rows.push({
      attack: 'a host name: none of its addresses accepts a connection',
      measured: `stops at the timeout, ${outcomes.length} of ${outcomes.length}: ${NAMES}`,
      seen: 'the host that does not answer, and the timeout',
    });
  });
});

/** Returns a proxy that answers every request with a page. */
const sayPage = (status: number) => async () =>
  `127.0.0.1:${await sayTo(`HTTP/1.1 ${status} X\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>`)}`;
const serve = (behave: (socket: Socket) => void) => async () =>
  `127.0.0.1:${await listen(createServer(behave))}`;

/** A proxy that fails; both texts follow its name. */
interface ProxyAttack {
  readonly attack: string;
  /** Starts it; its host and port. */
  readonly start: () => Promise<string>;
  readonly withoutLogin?: boolean;
  readonly https: string;
  /** Where it differs. */
  readonly http?: string;
  /** The time limit of a request, in milliseconds. Default: so long that it is not reached. */
  readonly timeoutMs?: number;
}

const PROXY_ATTACKS: readonly ProxyAttack[] = [
  { attack: 'nothing listens', start: async () => '127.0.0.1:1', https: 'refuses the connection' },
  {
    attack: 'its name cannot be resolved',
    start: async () => 'proxy.test:3128',
    https: 'has a name that cannot be resolved',
  },
  {
    attack: 'it answers 407, and no login is configured',
    start: sayPage(407),
    withoutLogin: true,
    https: 'asks for a user name and password, and VARIABLE holds none: it answers 407',
  },
  {
    attack: 'it answers 407 to the configured login',
    start: sayPage(407),
    https: 'rejects the user name and password in VARIABLE: it answers 407',
  },
  {
    attack: 'it answers 403',
    start: sayPage(403),
    https: 'refuses to carry the request to target.test:443: it answers 403 Forbidden',
    http: 'answers in place of target.test: 403 Forbidden',
  },
  {
    attack: 'it answers 502',
    start: sayPage(502),
    https: 'cannot carry the request to target.test:443: it answers 502 Bad Gateway',
    http: 'answers in place of target.test: 502 Bad Gateway',
  },
  {
    attack: 'it answers 503 with a page',
    start: sayPage(503),
    https: 'cannot carry the request to target.test:443: it answers 503 Service Unavailable',
    http: 'answers in place of target.test: 503 Service Unavailable',
  },
  {
    attack: 'it closes the connection',
    start: serve((socket) => void socket.once('data', () => socket.destroy())),
    https: 'cut the connection',
  },
  {
    attack: 'it does not answer',
    start: serve(() => undefined),
    https: 'does not answer within 1s',
    timeoutMs: 1_000,
  },
  {
    attack: 'it uses another protocol',
    start: serve((socket) => void socket.write('SSH-2.0-OpenSSH_9.2\r\n\r\n')),
    https: 'does not speak HTTP',
  },
];

describe('a proxy that fails', () => {
  const lookup: Lookup = async () => {
    throw Object.assign(new Error('No such name'), { code: 'ENOTFOUND' });
  };

  async function wordsBy(proxy: ProxyAttack, variable: 'HTTPS_PROXY' | 'HTTP_PROXY'): Promise<string> {
    const scheme = variable === 'HTTPS_PROXY' ? 'https' : 'http';
    const host = await proxy.start();
    const env = { [variable]: `http://${proxy.withoutLogin ? '' : `${LOGIN}@`}${host}` };
    const asked = OUTGOING_CLIENTS.map((client) =>
      client.ask(`${scheme}://target.test`, { env, lookup, timeoutMs: proxy.timeoutMs }),
    );
    const texts = await Promise.all(asked);
    said.push(...texts);
    // The same message for all three, without the error code.
    const words = texts.map((text) =>
      text
        .replace(/^.*(?=the proxy )/, '')
        .replace(host, 'PROXY')
        .replaceAll(variable, 'VARIABLE')
        .replace(/: (?:[A-Z_]{5,}|HTTPParserError)$/, ''),
    );
    expect(new Set(words).size, texts.join('\n')).toBe(1);
    return words[0] ?? '';
  }

  test.each(PROXY_ATTACKS)('is named, with what failed: $attack', async (proxy) => {
    const https = await wordsBy(proxy, 'HTTPS_PROXY');
    const http = await wordsBy(proxy, 'HTTP_PROXY');
    expect(https).toBe(`the proxy PROXY (VARIABLE) ${proxy.https}`);
    expect(http).toBe(`the proxy PROXY (VARIABLE) ${proxy.http ?? proxy.https}`);
    rows.push({
      attack: `a proxy: ${proxy.attack}`,
      measured: `names the proxy for https and http, ${2 * OUTGOING_CLIENTS.length} of 6: ${NAMES}`,
      seen: proxy.http === undefined ? https : `${https}; plain http: … ${proxy.http}`,
    });
  });

  test('is named when it answers CONNECT with a page of its own', async () => {
    const words = await wordsBy({ attack: '', start: sayPage(200), https: '' }, 'HTTPS_PROXY');
    expect(words).toBe('the proxy PROXY (VARIABLE) answers in place of target.test:443: 200 OK');
    rows.push({
      attack: 'a proxy: it answers CONNECT with a page, as a network with a login page',
      measured: `names the proxy, 3 of 3: ${NAMES}`,
      seen: words,
    });
  });
});

test('a request to a plain http target through a proxy has absolute form', async () => {
  for (const client of OUTGOING_CLIENTS) {
    const proxy = await startProxy(await client.startServer());
    const env = { HTTP_PROXY: `http://${LOGIN}@${proxy.url.host}` };
    expect(await client.ask('http://target.test:8080', { env })).toBe('answered');
    expect(new Set(proxy.forwarded)).toEqual(new Set([`target.test:8080 ${LOGIN}`]));
    expect(proxy.tunnels).toEqual([]);
  }
  rows.push({
    attack: 'a plain http URL through a proxy that, as squid does, refuses `CONNECT` to its port',
    measured: `sends the request in absolute form and gets the response, 3 of 3: ${NAMES}`,
    seen: 'nothing',
  });
});

/** `NO_PROXY`, then URLs that it covers, then URLs that it does not. */
const EXCEPTIONS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['10.0.0.0/8', ['http://10.255.0.1', 'http://10.0.0.0:8080'], ['http://11.0.0.1', 'http://10.test']],
  ['fd00::/8', ['http://[fdff::1]:9090'], ['http://[fe80::1]', 'http://target.test']],
  ['fd00::1', ['http://[fd00::1]', 'https://[fd00:0:0::1]:8443'], ['http://[fd00::11]']],
  ['[fd00::1]:9090', ['http://[fd00::1]:9090'], ['http://[fd00::1]']],
  ['192.168.1.7', ['http://192.168.1.7'], ['http://192.168.1.70']],
  ['example.com', ['http://example.com', 'https://a.b.EXAMPLE.com.'], ['http://notexample.com']],
  ['.example.com', ['http://a.example.com'], ['http://example.com']],
  ['*.example.com', ['http://a.example.com'], ['http://example.com']],
  ['example.com:8443', ['https://example.com:8443'], ['https://example.com', 'http://example.com']],
  ['a.test, b.test c.test', ['http://a.test', 'http://b.test', 'http://c.test'], ['http://d.test']],
  ['*', ['http://target.test', 'http://[fd00::1]:9090', 'https://10.0.0.1'], []],
  ['', ['http://localhost', 'http://127.8.9.1', 'http://[::1]:1'], ['http://target.test']],
];

test('NO_PROXY is read as Go reads it', async () => {
  let direct = 0;
  let carried = 0;
  for (const [noProxy, around, through] of EXCEPTIONS) {
    const rules = readProxyRules({ HTTP_PROXY: 'p:1', HTTPS_PROXY: 'p:1', NO_PROXY: noProxy });
    const isDirect = (url: string) => rules(new URL(url)) === undefined;
    expect([noProxy, around.filter((url) => !isDirect(url)), through.filter(isDirect)]).toEqual([
      noProxy,
      [],
      [],
    ]);
    direct += around.length;
    carried += through.length;
  }
  for (const client of OUTGOING_CLIENTS) {
    const port = await client.startServer();
    for (const noProxy of ['*', '.test', `target.test:${port}`]) {
      const env = { HTTP_PROXY: '127.0.0.1:1', NO_PROXY: noProxy };
      const lookup = resolving([['127.0.0.1', 'live']]);
      expect(await client.ask(`http://target.test:${port}`, { env, lookup })).toBe('answered');
    }
  }
  rows.push({
    attack: '`NO_PROXY` with networks, bare IPv6 addresses, suffixes, ports, lists and `*`',
    measured: `requests directly ${direct} of ${direct} URLs, and through the proxy ${carried} of ${carried}; the same for ${NAMES}`,
    seen: 'nothing',
  });
});

test('the password of a proxy is in no message, page, metric or log line', async () => {
  const refusing = `http://${LOGIN}@127.0.0.1:${await sayTo('HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n')}`;
  const headroom = await startHeadroom({
    env: { HTTP_PROXY: refusing },
    settings: () => ({
      hub: { url: 'http://hub.test', allow_insecure: true },
      history: { path: 'headroom.db', backend: 'prometheus', prometheus: { url: 'http://prometheus.test' } },
      credentials: [
        { name: 'by-variable' },
        { name: 'by-route', route: { proxy_url: refusing } },
        { name: 'dead', route: { proxy_url: `http://${LOGIN}@127.0.0.1:1` } },
        { name: 'socks', route: { proxy_url: `socks5://${LOGIN}@127.0.0.1:1` } },
      ],
    }),
  });
  onTestFinished(() => headroom.stop());
  await headroom.app.firstRound;
  const names = ['by-variable', 'by-route', 'dead', 'socks'];
  const paths = [
    ...['/', '/metrics', '/config', '/alerts', '/-/ready', '/api/v1/summary', '/api/v1/credentials'],
    ...names.flatMap((name) => [`/credentials/${name}`, `/probe?credential=${name}`]),
  ];
  const text = async (path: string) => {
    const answer = await headroom.get(path);
    expect([path, answer.status]).toEqual([path, 200]);
    return await answer.text();
  };
  await eventually(async () => {
    expect(await text('/api/v1/credentials')).toContain('rejects the user name and password in HTTP_PROXY');
    expect(headroom.logLines.join('\n')).toMatch(/prometheus\.test.*the proxy /);
  });
  const shown = await Promise.all(paths.map(text));
  for (const one of [...shown, ...headroom.logLines, ...said]) {
    expect(one).not.toContain(PASSWORD);
    expect(one).not.toContain(ENCODED_LOGIN);
  }
  expect(said).toHaveLength((2 * PROXY_ATTACKS.length + 1) * OUTGOING_CLIENTS.length);
  rows.push({
    attack: 'proxies with a password in the proxy variables and in `route.proxy_url`, all of which fail',
    measured: `shows the password 0 times in ${said.length} messages, ${paths.length} pages and answers, and the log at level debug`,
    seen: '`dockerhub_poll_failures_total{reason="proxy"}`, and the messages above',
  });
});

test('the document has the measured values', () => expectAttackTable('networks', rows));
