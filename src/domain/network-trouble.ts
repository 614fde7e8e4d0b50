import { formatDuration } from '../kit/duration.ts';

/** What the codes of Node.js and undici mean, after the name of who was asked; the first match counts. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/^(?:ENOTFOUND|ENODATA|EAI_\w+)$/, 'has a name that cannot be resolved'],
  [
    /^(?:ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/,
    'is not trusted',
  ],
  [/^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/, 'cut the connection'],
  [/^HPE_|HTTPParserError/, 'does not speak HTTP'],
];
const TIMEOUT = /^(?:TimeoutError|ETIMEDOUT|UND_ERR_\w*TIMEOUT)$/;

/**
 * Says why nobody answered, in a clause that begins with the peer. Only codes of the error are repeated: its message may
 * hold what was sent.
 * @param peer who was asked, fit to be shown: a host, or an URL without query
 * @param timeoutMs how long was waited, in milliseconds
 */
export function describeNetworkTrouble(error: unknown, peer: string, timeoutMs: number): string {
  const codes = codesOf(error);
  if (codes.some((code) => TIMEOUT.test(code)))
    return `${peer} does not answer within ${formatDuration(timeoutMs)}`;
  for (const [pattern, meaning] of MEANINGS) {
    const code = codes.find((candidate) => pattern.test(candidate));
    if (code !== undefined) return `${peer} ${meaning}: ${code}`;
  }
  return `${peer} cannot be reached: ${codes[0] ?? 'unknown error'}`;
}

/** Codes where there are any, else names, of the error and all that it wraps. */
function codesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const own = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const inner = [error.cause, ...(error instanceof AggregateError ? error.errors : [])];
  const codes = inner.flatMap((cause) => codesOf(cause, depth + 1));
  return /^(?:Error|TypeError|AggregateError)$/.test(own) && codes.length > 0 ? codes : [own, ...codes];
}
