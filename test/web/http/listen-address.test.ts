import { describe, expect, test } from 'vitest';
import { formatListenAddress, toListenError } from '../../../src/web/http/listen-address.ts';

describe('formatListenAddress()', () => {
  test.each([
    [undefined, ':10429'],
    ['0.0.0.0', '0.0.0.0:10429'],
    ['::1', '[::1]:10429'],
    ['localhost', 'localhost:10429'],
  ])('writes %s as %s', (host, text) => {
    expect(formatListenAddress({ host, port: 10_429 })).toBe(text);
  });
});

describe('toListenError()', () => {
  test.each([
    ['EADDRINUSE', 'Cannot listen on 0.0.0.0:80: the port is in use'],
    [
      'EACCES',
      'Cannot listen on 0.0.0.0:80: this user may not open the port; ports from 1024 are open to all',
    ],
    ['ENEW', 'Cannot listen on 0.0.0.0:80: listen ENEW'],
  ])('explains %s', (code, message) => {
    const error = Object.assign(new Error(`listen ${code}`), { code });
    expect(toListenError({ host: '0.0.0.0', port: 80 }, error).message).toBe(message);
  });
});
