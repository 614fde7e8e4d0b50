import { describe, expect, test } from 'vitest';
import { readProxyEnvironment } from '../../src/domain/proxy-environment.ts';

const LOOPBACK = 'localhost,127.0.0.1,[::1]';

const HTTP_HUB = new URL('http://hub.test');
const HTTPS_HUB = new URL('https://registry-1.docker.io');

describe('readProxyEnvironment()', () => {
  // what is read | the environment | http proxy | https proxy | hosts without
  test.each([
    ['no proxy', {}, '', '', LOOPBACK],
    [
      'upper case',
      { HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'http://b:2' },
      'http://a:1',
      'http://b:2',
      LOOPBACK,
    ],
    ['lower case first', { https_proxy: 'http://low', HTTPS_PROXY: 'http://up' }, '', 'http://low', LOOPBACK],
    ['a switched-off proxy', { https_proxy: '', HTTPS_PROXY: 'http://up' }, '', '', LOOPBACK],
    ['a proxy without scheme', { HTTPS_PROXY: ' proxy.corp:3128 ' }, '', 'http://proxy.corp:3128', LOOPBACK],
    ['exceptions', { NO_PROXY: '.corp,10.0.0.1' }, '', '', `.corp,10.0.0.1,${LOOPBACK}`],
    ['an exception for everything', { no_proxy: '*' }, '', '', '*'],
  ])('reads %s', (_, env, httpProxy, httpsProxy, noProxy) => {
    expect(readProxyEnvironment(env, HTTP_HUB)).toEqual({ httpProxy, httpsProxy, noProxy });
  });

  test('does not use http_proxy for an https hub', () => {
    const env = { HTTP_PROXY: 'http://a:1' };

    expect(readProxyEnvironment(env, HTTPS_HUB)).toMatchObject({ httpProxy: '', httpsProxy: '' });
  });
});
