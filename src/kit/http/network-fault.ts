/** What ended a request without an answer. */
export type FaultKind =
  | 'timeout'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'reset'
  | 'malformed_response'
  /** None of these: most often a fault of the program itself. */
  | 'unknown';

/** A fault and its evidence: a code of Node.js or undici where there is one, else the name of the error. */
export interface NetworkFault {
  readonly kind: FaultKind;
  /** Holds nothing that was sent; fit to be shown. */
  readonly evidence: string;
}

/** An answer that HTTP does not allow, and that the parser lets through (RFC 9110, section 15). */
export class MalformedAnswerError extends Error {
  override readonly name = 'MalformedAnswerError';
}

/** The words of undici for a status below 200 where none may stand: an assertion, or a socket error without more. */
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

/** A machine often lacks one of the two IP families, which does not explain why the other one failed. */
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

/** undici's parser error, for one, has a telling name but not always a code. */
function codeOf(error: Error): string {
  if (IMPOSSIBLE_STATUS.test(error.message)) return 'MalformedAnswerError';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
