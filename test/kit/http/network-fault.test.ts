import { describe, expect, test } from 'vitest';
import { DeadlineExceeded } from '../../../src/kit/deadline.ts';
import { describeFault, ProxyFault } from '../../../src/kit/http/network-fault.ts';

/** An error as Node.js and undici throw it. */
function coded(code: string, cause?: unknown): Error {
  return Object.assign(new Error('POST /services/T0/B0/hunter2', { cause }), { code });
}

describe('describeFault()', () => {
  // what happened | the error | what is said
  test.each([
    ['a deadline', new DeadlineExceeded(10_000), 'hub.test does not answer within 10s'],
    ['a timeout of the connection', coded('ETIMEDOUT'), 'hub.test does not answer in time: ETIMEDOUT'],
    ['an unknown name', coded('ENOTFOUND'), 'hub.test has a name that cannot be resolved: ENOTFOUND'],
    [
      'a certificate of an unknown authority',
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
    [
      'a proxy',
      new ProxyFault('refusal', 'the proxy p:1 (HTTPS_PROXY) refuses the connection: ECONNREFUSED'),
      'hub.test cannot be reached: the proxy p:1 (HTTPS_PROXY) refuses the connection: ECONNREFUSED',
    ],
    ['a bad header', coded('UND_ERR_INVALID_ARG'), 'hub.test cannot be reached: UND_ERR_INVALID_ARG'],
    ['something else', 'a text', 'hub.test cannot be reached: unknown error'],
  ])('describes %s without the message', (_, error, expected) => {
    expect(describeFault(error, 'hub.test')).toBe(expected);
  });
});
