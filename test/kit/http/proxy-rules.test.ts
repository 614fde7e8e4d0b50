import { describe, expect, test } from 'vitest';
import { ProxyFault } from '../../../src/kit/http/network-fault.ts';
import { readNoProxy, readProxyRules } from '../../../src/kit/http/proxy-rules.ts';

const HTTP = new URL('http://hub.test');
const HTTPS = new URL('https://registry-1.docker.io');

/** The proxy for a URL as `scheme//host (setting)`. */
function proxyOf(env: Record<string, string>, target: URL): string | undefined {
  const proxy = readProxyRules(env)(target);
  return proxy && `${proxy.protocol}//${proxy.host} (${proxy.setting})`;
}

describe('readProxyRules()', () => {
  // what is read | the environment | the proxy of http URLs | of https URLs
  test.each([
    ['no proxy', {}, undefined, undefined],
    [
      'upper case',
      { HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'http://b:2' },
      'http://a:1 (HTTP_PROXY)',
      'http://b:2 (HTTPS_PROXY)',
    ],
    [
      'lower case first',
      { https_proxy: 'http://low', HTTPS_PROXY: 'http://up' },
      undefined,
      'http://low:80 (https_proxy)',
    ],
    [
      'an empty variable as one that is not set',
      { https_proxy: ' ', HTTPS_PROXY: 'http://up' },
      undefined,
      'http://up:80 (HTTPS_PROXY)',
    ],
    [
      'a proxy without a scheme',
      { HTTPS_PROXY: ' proxy.corp:3128 ' },
      undefined,
      'http://proxy.corp:3128 (HTTPS_PROXY)',
    ],
    ['an https proxy', { HTTPS_PROXY: 'https://p' }, undefined, 'https://p:443 (HTTPS_PROXY)'],
    ['a SOCKS5 proxy', { HTTPS_PROXY: 'socks5h://p' }, undefined, 'socks5://p:1080 (HTTPS_PROXY)'],
    [
      'an IPv6 proxy',
      { HTTPS_PROXY: 'http://[FD00::1]:3128/' },
      undefined,
      'http://[fd00::1]:3128 (HTTPS_PROXY)',
    ],
    ['no proxy for all protocols', { ALL_PROXY: 'http://p', all_proxy: 'http://p' }, undefined, undefined],
    [
      'an exception',
      { HTTP_PROXY: 'p', HTTPS_PROXY: 'p', NO_PROXY: 'hub.test' },
      undefined,
      'http://p:80 (HTTPS_PROXY)',
    ],
    [
      'lower-case exceptions first',
      { HTTP_PROXY: 'p', NO_PROXY: '*', no_proxy: 'x' },
      'http://p:80 (HTTP_PROXY)',
      undefined,
    ],
    [
      'an exception for everything',
      { HTTP_PROXY: 'p', HTTPS_PROXY: 'p', no_proxy: '*' },
      undefined,
      undefined,
    ],
  ])('reads %s', (_, env, http, https) => {
    expect([proxyOf(env, HTTP), proxyOf(env, HTTPS)]).toEqual([http, https]);
  });

  test.each([
    'http://localhost:8080',
    'http://127.0.0.1',
    'http://127.9.9.9',
    'http://[::1]:9090',
    'http://[::ffff:127.0.0.1]',
  ])('requests %s directly', (target) => {
    expect(proxyOf({ HTTP_PROXY: 'http://p' }, new URL(target))).toBeUndefined();
    // Not even a bad setting is in the way.
    expect(proxyOf({ HTTP_PROXY: 'ftp://p' }, new URL(target))).toBeUndefined();
  });

  // the setting | what is wrong with it
  test.each([
    ['ftp://me:hunter2@p', 'the proxy in HTTPS_PROXY has the scheme ftp; possible are http, https, socks5'],
    ['socks4://p', 'the proxy in HTTPS_PROXY has the scheme socks4; possible are http, https, socks5'],
    ['http://me:hunter2@:x', 'the proxy in HTTPS_PROXY is not a URL such as http://proxy.example.com:3128'],
    ['socks5://', 'the proxy in HTTPS_PROXY is not a URL such as http://proxy.example.com:3128'],
    [
      'me:hunter2%@p',
      'the proxy in HTTPS_PROXY has a user name or password with a % that is not followed by two digits',
    ],
    [
      `socks5://me:${'x'.repeat(256)}@p`,
      'the proxy in HTTPS_PROXY has a user name or password of more than 255 bytes, which SOCKS5 cannot carry',
    ],
  ])('rejects %s without repeating it', (setting, message) => {
    const fault = expect.objectContaining({ failure: 'setting', message });
    expect(() => proxyOf({ HTTPS_PROXY: setting }, HTTPS)).toThrow(fault);
    expect(() => proxyOf({ HTTPS_PROXY: setting }, HTTPS)).toThrow(ProxyFault);
  });

  test('prints no login', () => {
    const proxy = readProxyRules({ HTTPS_PROXY: 'http://me:p%40ss@p' })(HTTPS);

    expect(JSON.stringify(proxy)).not.toContain('ss');
    expect(proxy?.login()).toEqual({ username: 'me', password: 'p@ss' });
  });
});

describe('readNoProxy()', () => {
  // the list | the URL | whether it is requested directly
  test.each<[string, string, boolean]>([
    ['', 'http://a.test', false],
    ['*', 'http://a.test', true],
    ['other.test, *', 'http://a.test', true],
    ['a.test', 'http://a.test', true],
    ['A.Test', 'http://a.tEST:8080', true],
    ['a.test', 'http://b.a.test', true],
    ['a.test', 'http://ba.test', false],
    ['a.test', 'http://a.test.evil', false],
    ['.a.test', 'http://b.a.test', true],
    ['.a.test', 'http://a.test', false],
    ['*.a.test', 'http://b.a.test', true],
    ['*.a.test', 'http://a.test', false],
    ['a.test.', 'http://a.test', true],
    ['a.test', 'http://a.test.', true],
    ['müller.test', 'http://xn--mller-kva.test', true],
    ['one.test,two.test', 'http://two.test', true],
    [' one.test ,\ttwo.test ', 'http://two.test', true],
    ['one.test two.test', 'http://two.test', true],
    ['a.test:8080', 'http://a.test:8080', true],
    ['a.test:8080', 'http://a.test', false],
    ['a.test:80', 'http://a.test', true],
    ['a.test:443', 'https://a.test', true],
    ['.a.test:443', 'https://b.a.test', true],
    ['10.1.2.3', 'http://10.1.2.3', true],
    ['10.1.2.3', 'http://10.1.2.30', false],
    ['10.1.2.3:8080', 'http://10.1.2.3:8080', true],
    ['10.1.2.3:8080', 'http://10.1.2.3', false],
    ['10.0.0.0/8', 'http://10.9.8.7', true],
    ['10.0.0.0/8', 'http://11.0.0.1', false],
    ['10.0.0.0/8', 'http://ten.test', false],
    ['192.168.5.77/24', 'http://192.168.5.1', true],
    ['0.0.0.0/0', 'http://203.0.113.1', true],
    ['10.0.0.0/33', 'http://10.0.0.0', false],
    ['10.0.0.0/x', 'http://10.0.0.0', false],
    ['fd00::1', 'http://[fd00::1]', true],
    ['fd00:0:0::1', 'http://[FD00::1]:9090', true],
    ['[fd00::1]', 'http://[fd00::1]', true],
    ['[fd00::1]:9090', 'http://[fd00::1]:9090', true],
    ['[fd00::1]:9090', 'http://[fd00::1]', false],
    ['fd00::/8', 'http://[fd12:3456::1]', true],
    ['[fd00::]/8', 'http://[fd12:3456::1]', true],
    ['fd00::/8', 'http://[2001:db8::1]', false],
    ['10.0.0.0/8', 'http://[::ffff:10.1.2.3]', true],
    [':::', 'http://[fd00::1]', false],
    ['.', 'http://a.test', false],
    ['http://a.test', 'http://a.test', false],
  ])('reads %j for %s', (list, target, isDirect) => {
    expect(readNoProxy(list)(new URL(target))).toBe(isDirect);
  });
});
