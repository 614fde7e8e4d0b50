import { errors } from 'undici';
import { describe, expect, test } from 'vitest';
import { abortReason, classifyNetworkFault } from '../../src/hub/network-fault.ts';
import { DeadlineExceeded } from '../../src/kit/deadline.ts';
import { ProxyFault } from '../../src/kit/http/network-fault.ts';

const PEER = 'the hub at hub.test';

function coded(code: string, cause?: Error): Error {
  return Object.assign(new Error(`message of ${code}`, { cause }), { code });
}

describe('classifyNetworkFault()', () => {
  // the error's code | the reason
  test.each([
    ['ETIMEDOUT', 'timeout'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['UND_ERR_BODY_TIMEOUT', 'timeout'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNREFUSED', 'connect'],
    ['EHOSTUNREACH', 'connect'],
    ['ENETUNREACH', 'connect'],
    ['EADDRNOTAVAIL', 'connect'],
    ['EINVAL', 'connect'],
    ['EACCES', 'connect'],
    ['EPROTO', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['CERT_NOT_YET_VALID', 'tls'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    ['UND_ERR_SOCKET', 'reset'],
    ['HPE_INVALID_CONSTANT', 'malformed_response'],
    ['HPE_INVALID_HEADER_TOKEN', 'malformed_response'],
    ['UND_ERR_HEADERS_OVERFLOW', 'malformed_response'],
  ])('treats %s as %s, and names it', (code, reason) => {
    const failure = classifyNetworkFault(coded(code), PEER);

    expect(failure.reason).toBe(reason);
    expect(failure.detail).toMatch(new RegExp(`^[A-Z].* the hub at hub\\.test: ${code}$`));
  });

  test('recognises a parser error without a code', () => {
    const error = new errors.HTTPParserError(
      'Response does not match the HTTP/1.1 protocol (Expected HTTP/)',
    );

    expect(classifyNetworkFault(error, PEER)).toEqual({
      kind: 'failed',
      reason: 'malformed_response',
      detail: 'The answer is not valid HTTP, it came from the hub at hub.test: HTTPParserError',
    });
  });

  test('reads the causes of an error', () => {
    const error = new TypeError('fetch failed', { cause: coded('ENOTFOUND') });

    expect(classifyNetworkFault(error, PEER)).toEqual({
      kind: 'failed',
      reason: 'dns',
      detail: 'Cannot resolve the name of the hub at hub.test: ENOTFOUND',
    });
  });

  // the results of the attempts, IPv6 first | the reason | its evidence
  test.each([
    [['ENETUNREACH', 'ETIMEDOUT'], 'timeout', 'ETIMEDOUT'],
    [['EADDRNOTAVAIL', 'ECONNREFUSED'], 'connect', 'ECONNREFUSED'],
    [['ECONNREFUSED', 'ECONNREFUSED'], 'connect', 'ECONNREFUSED'],
    [['ENETUNREACH', 'EHOSTUNREACH'], 'connect', 'ENETUNREACH'],
  ])('reports the most specific attempt of %j', (codes, reason, evidence) => {
    const attempts = codes.map((code) => coded(code));
    const error = Object.assign(new AggregateError(attempts), { code: codes[0] });

    const failure = classifyNetworkFault(error, PEER);

    expect([failure.reason, failure.detail.split(': ').at(-1)]).toEqual([reason, evidence]);
  });

  // the failed operation | the reason
  test.each([
    ['connection', 'proxy'],
    ['refusal', 'proxy'],
    ['setting', 'proxy'],
    ['silence', 'timeout'],
  ] as const)('treats a fault of the proxy, its %s, as %s', (failure, reason) => {
    const error = new ProxyFault(failure, 'the proxy p:3128 (HTTPS_PROXY) does something');

    expect(classifyNetworkFault(error, PEER)).toEqual({
      kind: 'failed',
      reason,
      detail: 'No answer from the hub at hub.test: the proxy p:3128 (HTTPS_PROXY) does something',
    });
  });

  // the thrown value | the end of the detail
  test.each([
    [new TypeError('Invalid URL at https://user:hunter2@host'), 'Invalid URL at https://<secret>@host'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
  ])('treats an unknown error as internal', (thrown, evidence) => {
    expect(classifyNetworkFault(thrown, PEER)).toEqual({
      kind: 'failed',
      reason: 'internal',
      detail: `Unexpected error while sending a request to the hub at hub.test: ${evidence}`,
    });
  });

  test('handles an error that is its own cause', () => {
    const error = new Error('loop');
    error.cause = error;

    expect(classifyNetworkFault(error, PEER).reason).toBe('internal');
  });
});

test.each([
  [new DeadlineExceeded(10_000), "the probe's time of 10s is over"],
  [new Error('Headroom is shutting down'), 'Headroom is shutting down'],
  ['a text', 'the probe was cancelled'],
])('abortReason() has words for an abort with %s', (reason, words) => {
  expect(abortReason(AbortSignal.abort(reason))).toBe(words);
});
