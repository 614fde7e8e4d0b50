import { describe, expect, test } from 'vitest';
import { describeNetworkTrouble } from '../../src/domain/network-trouble.ts';

/** An error as Node.js and undici throw it. */
function coded(code: string, cause?: unknown): Error {
  return Object.assign(new Error('POST /services/T0/B0/hunter2', { cause }), { code });
}

describe('describeNetworkTrouble()', () => {
  // what happened | the error | what is said
  test.each([
    [
      'a timeout',
      Object.assign(new Error(''), { name: 'TimeoutError' }),
      'hub.test does not answer within 10s',
    ],
    ['a timeout of the connection', coded('UND_ERR_CONNECT_TIMEOUT'), 'hub.test does not answer within 10s'],
    ['a name nobody knows', coded('ENOTFOUND'), 'hub.test has a name that cannot be resolved: ENOTFOUND'],
    [
      'a certificate of nobody',
      coded('DEPTH_ZERO_SELF_SIGNED_CERT'),
      'hub.test is not trusted: DEPTH_ZERO_SELF_SIGNED_CERT',
    ],
    ['a cut connection', coded('ECONNRESET'), 'hub.test cut the connection: ECONNRESET'],
    ['no HTTP', coded('HPE_INVALID_CONSTANT'), 'hub.test does not speak HTTP: HPE_INVALID_CONSTANT'],
    [
      'a wrapped error',
      new TypeError('fetch', { cause: coded('EPIPE') }),
      'hub.test cut the connection: EPIPE',
    ],
    [
      'both families refused',
      new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]),
      'hub.test cannot be reached: ECONNREFUSED',
    ],
    ['something else', 'a text', 'hub.test cannot be reached: unknown error'],
  ])('says what %s means, without the message', (_, error, expected) => {
    expect(describeNetworkTrouble(error, 'hub.test', 10_000)).toBe(expected);
  });
});
