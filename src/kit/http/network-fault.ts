import { DeadlineExceeded } from '../deadline.ts';
import { formatDuration } from '../duration.ts';

/** Why a request got no answer. */
export type FaultKind =
  | 'timeout'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'reset'
  | 'malformed_response'
  /** None of these: usually an error of Headroom itself. */
  | 'unknown';

/** A fault and its evidence: a code of Node.js or undici if there is one, otherwise the name of the error. */
interface NetworkFault {
  readonly kind: FaultKind;
  /** Contains nothing that was sent, so that it may be shown. */
  readonly evidence: string;
}

/** Thrown for an answer that HTTP does not allow, although the parser accepts it (RFC 9110, section 15). */
export class MalformedAnswerError extends Error {
  override readonly name = 'MalformedAnswerError';
}

/**
 * What failed at a proxy: the setting that names it, the resolution of its name, the connection to it, its TLS, its
 * authentication, its refusal to reach the target, an answer of its own in place of the target's, or no answer in time.
 */
export type ProxyFailure =
  | 'setting'
  | 'name'
  | 'connection'
  | 'tls'
  | 'authentication'
  | 'refusal'
  | 'answer'
  | 'silence';

/**
 * Thrown when a request fails at its proxy. The message is a clause that begins with the proxy, its host, port and
 * setting: `the proxy squid:3128 (HTTPS_PROXY) refuses the connection: ECONNREFUSED`. It contains no secret.
 */
export class ProxyFault extends Error {
  override readonly name = 'ProxyFault';
  readonly failure: ProxyFailure;

  constructor(failure: ProxyFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** Messages of undici for an invalid status below 200: an assertion, or a bare socket error. */
const IMPOSSIBLE_STATUS = /assert\(statusCode|^bad (?:response|upgrade)$/;

/** Error codes of Node.js and undici by kind; the first match counts. */
const CODES: readonly (readonly [RegExp, FaultKind])[] = [
  [
    /^(?:DeadlineExceeded|TimeoutError|ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT)$/,
    'timeout',
  ],
  [/^(?:ENOTFOUND|ENODATA|ESERVFAIL|EAI_\w+|EDNS\w*)$/, 'dns'],
  [/^(?:ECONNREFUSED|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|EADDRINUSE)$/, 'connect'],
  [/^(?:EACCES|EPERM|EINVAL|EAFNOSUPPORT|EMFILE|ENFILE|ENOBUFS)$/, 'connect'],
  [/^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|CRL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)\w+$/, 'tls'],
  [/^(?:EPROTO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/, 'tls'],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/, 'reset'],
  [/^(?:HPE_\w+|HTTPParserError|MalformedAnswerError|UND_ERR_HEADERS_OVERFLOW)$/, 'malformed_response'],
];

/** Many machines lack one of the two IP families; that does not explain why the other family failed. */
const NO_ROUTE = /^(?:ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL|EAFNOSUPPORT)$/;

/** Finds the fault in an error, in its causes, and in the failures of the single connection attempts. */
export function classifyFault(error: unknown): NetworkFault {
  const codes = chainOf(error).map(codeOf);
  const faults = codes.flatMap((code) => {
    const kind = CODES.find(([pattern]) => pattern.test(code))?.[1];
    return kind === undefined ? [] : [{ kind, evidence: code }];
  });
  const telling = faults.find(({ evidence }) => !NO_ROUTE.test(evidence)) ?? faults[0];
  const other = codes.find((code) => !/^(?:Error|TypeError|AggregateError)$/.test(code)) ?? codes[0];
  return telling ?? { kind: 'unknown', evidence: other ?? 'unknown error' };
}

/** Returns the error, its causes, and the failures of an AggregateError; the innermost last. */
function chainOf(error: unknown, depth = 0): Error[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const inner = [error.cause, ...(error instanceof AggregateError ? error.errors : [])];
  return [error, ...inner.flatMap((cause) => chainOf(cause, depth + 1))];
}

/** Returns the code of an error, or its name: undici's parser error does not always have a code. */
function codeOf(error: Error): string {
  if (IMPOSSIBLE_STATUS.test(error.message)) return 'MalformedAnswerError';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/**
 * Describes why there was no answer, in a clause that begins with the peer. Of the error only codes are included: its
 * message can contain what was sent.
 * @param peer the host, or a URL without query and secrets
 */
export function describeFault(error: unknown, peer: string): string {
  if (error instanceof ProxyFault) return `${peer} cannot be reached: ${error.message}`;
  if (error instanceof DeadlineExceeded) {
    return `${peer} does not answer within ${formatDuration(error.timeoutMs)}`;
  }
  const { kind, evidence } = classifyFault(error);
  return `${peer} ${CLAUSES[kind]}: ${evidence}`;
}

const CLAUSES: Readonly<Record<FaultKind, string>> = {
  timeout: 'does not answer in time',
  dns: 'has a name that cannot be resolved',
  connect: 'cannot be reached',
  tls: 'is not trusted',
  reset: 'cut the connection',
  malformed_response: 'does not speak HTTP',
  unknown: 'cannot be reached',
};
