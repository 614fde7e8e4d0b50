import { describe, expect, test } from 'vitest';
import { pageUrlOf } from '../src/page-url.ts';

const WEB = {
  externalUrl: undefined,
  listenAddresses: [{ host: undefined, port: 10429 }],
  routePrefix: '/',
} as const;

describe('pageUrlOf()', () => {
  // what is configured, where it listens by now, the page
  test.each([
    ['the machine by its name', {}, undefined, 'http://node-7:10429/'],
    ['a prefix', { routePrefix: '/headroom' }, undefined, 'http://node-7:10429/headroom/'],
    [
      'what people call it',
      { externalUrl: new URL('https://a.example/b') },
      undefined,
      'https://a.example/b/',
    ],
    [
      'every address by IPv4',
      { listenAddresses: [{ host: '0.0.0.0', port: 80 }] },
      undefined,
      'http://node-7:80/',
    ],
    [
      'the only address that it answers at',
      { listenAddresses: [{ host: '127.0.0.1', port: 10429 }] },
      undefined,
      'http://127.0.0.1:10429/',
    ],
    [
      'an IPv6 address',
      { listenAddresses: [{ host: '::1', port: 10429 }] },
      undefined,
      'http://[::1]:10429/',
    ],
    [
      'the real port and scheme',
      { listenAddresses: [{ host: undefined, port: 0 }] },
      new URL('https://localhost:41234/'),
      'https://node-7:41234/',
    ],
  ])('%s', (_, differences, listening, page) => {
    expect(pageUrlOf({ ...WEB, ...differences }, 'node-7', listening)).toBe(page);
  });

  test('a machine whose name is no host name is here', () => {
    expect(pageUrlOf(WEB, 'Adas Mac mini')).toBe('http://localhost:10429/');
  });
});
