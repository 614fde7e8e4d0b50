import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import {
  isAuthenticated,
  isFromThisMachine,
  isLoopback,
  ownHosts,
  parseHost,
  requestHosts,
} from '../../../src/web/http/caller.ts';

/** A request as Node's server makes it, by HTTP/1.1 from loopback by default. */
function request({
  headers = {},
  ...changes
}: {
  headers?: Record<string, string | string[]>;
  url?: string;
  from?: string;
  httpVersion?: string;
  socket?: object;
}): IncomingMessage {
  const lines = Object.entries({ host: 'localhost:10429', ...headers });
  return {
    url: '/-/reload',
    httpVersion: '1.1',
    headers: Object.fromEntries(lines.map(([name, value]) => [name, String(value)])),
    headersDistinct: Object.fromEntries(lines.map(([name, value]) => [name, [value].flat()])),
    socket: { remoteAddress: changes.from ?? '127.0.0.1' },
    ...changes,
  } as unknown as IncomingMessage;
}

describe('parseHost()', () => {
  test.each([
    ['localhost', 'localhost'],
    ['LocalHost:10429', 'localhost'],
    ['headroom.example.com.', 'headroom.example.com'],
    ['headroom.example.com.:80', 'headroom.example.com'],
    ['my_service', 'my_service'],
    ['127.0.0.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['[::1]:10429', '::1'],
    ['[0:0:0:0:0:0:0:1]', '::1'],
  ])('reads %s as %s', (text, host) => {
    expect(parseHost(text)).toBe(host);
  });

  test.each([
    '',
    ':80',
    '.',
    'a b',
    'a/b',
    'a@localhost',
    'localhost#',
    'local%68ost',
    'localhost:port',
    'localhost:99999',
    '::1',
    '[::1',
    '[g::1]',
    'a,b',
    'localhost\u0000',
  ])('refuses %j', (text) => {
    expect(parseHost(text)).toBeUndefined();
  });
});

describe('isLoopback()', () => {
  test.each([
    'localhost',
    'a.localhost',
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
  ])('takes %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  test.each([
    undefined,
    '',
    'localhost.example.com',
    'notlocalhost',
    '128.0.0.1',
    '0.0.0.0',
    '::',
    '::2',
    '::ffff:10.0.0.1',
    '127.0.0.1.example.com',
  ])('refuses %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('requestHosts()', () => {
  // request, what it is addressed to
  test.each([
    [{}, ['localhost']],
    [{ url: 'http://evil.example:10429/-/reload' }, ['localhost', 'evil.example']],
    [
      { headers: { 'x-forwarded-host': 'a.example, B.example:443' } },
      ['localhost', 'a.example', 'b.example'],
    ],
    [{ headers: { host: ['localhost', 'evil.example'] } }, undefined],
    [{ headers: { host: [] } }, undefined],
    [{ headers: { host: 'a b' } }, undefined],
    [{ url: 'evil.example:443' }, undefined],
    [{ url: 'http://user@localhost/-/reload' }, undefined],
  ])('of %j are %j', (changes, hosts) => {
    expect(requestHosts(request(changes))).toEqual(hosts);
  });
});

describe('isFromThisMachine()', () => {
  test.each([
    {},
    { from: '::1' },
    { from: '::ffff:127.0.0.1' },
    { headers: { host: '[::1]:10429' } },
    { headers: { origin: 'http://localhost:10429' } },
    { headers: { 'x-headroom-token': 'a', accept: '*/*' } },
  ])('is true for %j', (changes) => {
    expect(isFromThisMachine(request(changes))).toBe(true);
  });

  test.each([
    { from: '192.0.2.7' },
    { from: '::ffff:192.0.2.7' },
    { httpVersion: '1.0' },
    { headers: { forwarded: 'for=192.0.2.7' } },
    { headers: { via: '1.1 proxy' } },
    { headers: { 'x-forwarded-for': '127.0.0.1' } },
    { headers: { 'x-forwarded-proto': 'https' } },
    { headers: { 'x-real-ip': '192.0.2.7' } },
    { headers: { 'cf-connecting-ip': '192.0.2.7' } },
    { headers: { host: 'headroom.example.com' } },
    { headers: { origin: 'https://headroom.example.com' } },
    { headers: { origin: 'null' } },
    { url: 'http://headroom.example.com/-/reload' },
  ])('is false for %j', (changes) => {
    expect(isFromThisMachine(request(changes))).toBe(false);
  });
});

describe('isAuthenticated()', () => {
  const plain = { tls: undefined, headers: {}, users: new Map() };
  const tls = { clientCa: Buffer.from('authority') };
  const verified = { authorized: true, getPeerCertificate: () => ({ subject: { CN: 'ci' } }) };

  // what it is about, web configuration, socket, whether the caller has proved who it is
  test.each([
    ['nothing is configured', plain, {}, false],
    ['a password has been checked', { ...plain, users: new Map([['ann', '$2y$…']]) }, {}, true],
    ['a certificate is signed by our authority', { ...plain, tls }, verified, true],
    ['a certificate is not signed by it', { ...plain, tls }, { ...verified, authorized: false }, false],
    [
      'there is no certificate, in a resumed session',
      { ...plain, tls },
      { ...verified, getPeerCertificate: () => ({}) },
      false,
    ],
    ['a public authority has signed it', { ...plain, tls: { clientCa: undefined } }, verified, false],
  ])('where %s', (_, config, socket, proved) => {
    const source = { current: () => config } as unknown as Parameters<typeof isAuthenticated>[1];
    expect(isAuthenticated(request({ socket }), source)).toBe(proved);
  });
});

test('ownHosts() names what is configured, and the addresses of this machine', () => {
  const hosts = ownHosts({
    listenAddresses: [
      { host: 'fe80::1', port: 1 },
      { host: undefined, port: 1 },
      { host: 'Box.lan', port: 1 },
    ],
    externalUrl: 'https://Headroom.example.com:8443/a/',
    allowedHosts: ['tools.example.com', '2001:db8::7'],
  });
  expect([...hosts]).toEqual(
    expect.arrayContaining([
      'fe80::1',
      'box.lan',
      'headroom.example.com',
      'tools.example.com',
      '2001:db8::7',
    ]),
  );
  expect(hosts.has('127.0.0.1')).toBe(true);
  expect(hosts.has('evil.example')).toBe(false);
});
