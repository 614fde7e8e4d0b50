import type { FailureReason } from '../domain/failure.ts';
import { quoteForeign } from '../domain/quote-foreign.ts';
import { type Failed, failed } from '../domain/reading.ts';

/** The way to the proxy, as opposed to the way beyond it, is broken. `cause` says how. */
export class ProxyFault extends Error {
  override readonly name = 'ProxyFault';
}

/** Which error codes of Node.js and undici mean what; the first match counts. */
const CODES: readonly (readonly [RegExp, FailureReason])[] = [
  [/^(?:ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT)$/, 'timeout'],
  [/^(?:ENOTFOUND|ENODATA|ESERVFAIL|EAI_\w+|EDNS\w*)$/, 'dns'],
  [/^(?:ECONNREFUSED|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|EADDRINUSE)$/, 'connect'],
  [/^(?:EACCES|EPERM|EINVAL|EAFNOSUPPORT|EMFILE|ENFILE|ENOBUFS)$/, 'connect'],
  [/^UND_ERR_PRX_TLS$/, 'proxy'],
  [/^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|CRL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)\w+$/, 'tls'],
  [/^(?:EPROTO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/, 'tls'],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/, 'reset'],
  [/^(?:HPE_\w+|HTTPParserError|UND_ERR_HEADERS_OVERFLOW)$/, 'malformed_response'],
];

const SENTENCES: Partial<Record<FailureReason, string>> = {
  timeout: 'No answer in time from',
  dns: 'Cannot resolve the name of',
  connect: 'Cannot connect to',
  proxy: 'The proxy does not lead to',
  tls: 'Cannot set up a trusted connection to',
  reset: 'The connection was cut by',
  malformed_response: 'The answer is not valid HTTP, it came from',
  internal: 'Unforeseen fault while asking',
};

/** undici gives this failure no code of its own. */
const TUNNEL_REFUSED = /^Proxy response \((\d+)\) !== 200/;
/** One of a machine's two IP families is often missing, which says nothing about why the other one failed. */
const NO_ROUTE = /^(?:ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL|EAFNOSUPPORT)$/;

interface Fault {
  readonly reason: FailureReason;
  /** A code where there is one, else the message. */
  readonly evidence: string;
}

/**
 * Says why an exchange came to no answer.
 * @param peer who was asked, such as `the hub at registry-1.docker.io`
 */
export function classifyNetworkFault(error: unknown, peer: string): Failed {
  const { reason, evidence } = findFault(error);
  return failed(reason, `${SENTENCES[reason]} ${peer}: ${evidence}`);
}

function findFault(error: unknown): Fault {
  const chain = causesOf(error);
  const tunnel = chain.map(({ message }) => TUNNEL_REFUSED.exec(message)?.[1]).find((status) => status);
  if (tunnel) return { reason: 'proxy', evidence: `it answered ${tunnel}` };
  const coded = chain.map(byCode).filter((fault) => fault !== undefined);
  const fault = coded.find(({ evidence }) => !NO_ROUTE.test(evidence)) ?? coded[0];
  const evidence = fault?.evidence ?? quoteForeign(chain[0]?.message ?? String(error));
  if (chain.some((link) => link instanceof ProxyFault)) return { reason: 'proxy', evidence };
  return fault ?? { reason: 'internal', evidence };
}

function byCode(error: Error): Fault | undefined {
  // undici's parser error, for one, has a telling name but not always a code.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const reason = CODES.find(([pattern]) => pattern.test(code))?.[1];
  return reason && { reason, evidence: code };
}

/** The error, what it wraps, and for the race between IP families the failure of each attempt; innermost last. */
function causesOf(error: unknown, depth = 0): Error[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const inner = [error.cause, ...(error instanceof AggregateError ? error.errors : [])];
  return [error, ...inner.flatMap((cause) => causesOf(cause, depth + 1))];
}
