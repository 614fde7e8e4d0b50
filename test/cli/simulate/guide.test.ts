import { describe, expect, test } from 'vitest';
import { clientUrl, isPublic, listenFailure, listenHost } from '../../../src/cli/simulate/guide.ts';

describe('listenHost()', () => {
  test.each([
    [undefined, '::'],
    ['localhost', 'localhost'],
    ['::1', '::1'],
  ])('takes %s as %s', (host, expected) => {
    expect(listenHost({ host, port: 5429 })).toBe(expected);
  });
});

describe('clientUrl() and isPublic()', () => {
  /** Where it listens, where clients on this machine find it, and whether others can reach it. */
  test.each<[listening: string, client: string, isPublic: boolean]>([
    ['http://127.0.0.1:5429', 'http://127.0.0.1:5429', false],
    ['http://127.0.0.5:5429', 'http://127.0.0.5:5429', false],
    ['https://[::1]:5429', 'https://[::1]:5429', false],
    ['http://[::]:5429', 'http://127.0.0.1:5429', true],
    ['https://0.0.0.0:5429', 'https://127.0.0.1:5429', true],
    ['http://10.0.0.7:5429', 'http://10.0.0.7:5429', true],
    ['http://[2001:db8::7]:5429', 'http://[2001:db8::7]:5429', true],
  ])('find %s at %s', (listening, client, expected) => {
    expect(clientUrl(new URL(listening)).origin).toBe(client);
    expect(isPublic(new URL(listening))).toBe(expected);
  });
});

describe('listenFailure()', () => {
  test.each<[host: string | undefined, code: string | undefined, text: string]>([
    [
      '::1',
      'EADDRINUSE',
      'Cannot listen on [::1]:80: the port is in use. Stop the program that uses it, or choose another with --listen',
    ],
    ['127.0.0.1', 'EACCES', 'Cannot listen on 127.0.0.1:80: this user is not allowed to use the port'],
    ['10.0.0.7', 'EADDRNOTAVAIL', 'Cannot listen on 10.0.0.7:80: this machine has no such address'],
    [undefined, undefined, 'Cannot listen on :80: what Node says'],
  ])('explains at %s the code %s', (host, code, text) => {
    const error = Object.assign(new Error('what Node says'), code === undefined ? {} : { code });

    expect(listenFailure({ host, port: 80 }, error)).toBe(text);
  });
});
