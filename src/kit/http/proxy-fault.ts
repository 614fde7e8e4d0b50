import { STATUS_CODES } from 'node:http';
import { DeadlineExceeded } from '../deadline.ts';
import { formatDuration } from '../duration.ts';
import { classifyFault, type ProxyFailure, ProxyFault } from './network-fault.ts';
import type { ProxyServer } from './proxy.ts';

/** Returns the name of a proxy for messages: host, port and setting, never its login. */
export function nameProxy({ host, setting }: Pick<ProxyServer, 'host' | 'setting'>): string {
  return `the proxy ${host} (${setting})`;
}

/** Returns the fault of a proxy whose connection failed with an error of Node.js or undici. */
export function proxyUnreachable(proxy: ProxyServer, cause: unknown): ProxyFault {
  const { kind, evidence } = classifyFault(cause);
  const fault = (failure: ProxyFailure, words: string) =>
    new ProxyFault(failure, `${nameProxy(proxy)} ${words}: ${evidence}`, { cause });
  if (kind === 'dns') return fault('name', 'has a name that cannot be resolved');
  if (cause instanceof DeadlineExceeded) {
    const words = `does not accept the connection within ${formatDuration(cause.timeoutMs)}`;
    return new ProxyFault('connection', `${nameProxy(proxy)} ${words}`, { cause });
  }
  if (kind === 'timeout') return fault('connection', 'does not accept the connection in time');
  if (kind === 'reset') return fault('connection', 'cut the connection');
  if (kind === 'malformed_response') {
    return fault('answer', `does not speak ${proxy.protocol === 'socks5:' ? 'SOCKS5' : 'HTTP'}`);
  }
  if (kind === 'tls') {
    const isPlain = /WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST|EPROTO/.test(evidence);
    return fault('tls', isPlain ? 'does not speak TLS' : 'is not trusted');
  }
  if (evidence === 'ECONNREFUSED') return fault('connection', 'refuses the connection');
  return fault('connection', 'cannot be reached');
}

/**
 * Returns the fault of a proxy that refused a request, by its status.
 * @param target host and port that were to be reached
 */
export function proxyRefusal(proxy: ProxyServer, status: number, target: string): ProxyFault {
  if (isOfAuthentication(status)) return authenticationFault(proxy, `it answers ${status}`);
  const answer = `it answers ${statusWords(status)}`;
  const words = status >= 500 ? 'cannot carry the request' : 'refuses to carry the request';
  return new ProxyFault('refusal', `${nameProxy(proxy)} ${words} to ${target}: ${answer}`);
}

/** Returns the fault of a proxy that rejects its login, or requires one. */
export function authenticationFault(proxy: ProxyServer, evidence: string): ProxyFault {
  const words = proxy.login()
    ? `rejects the user name and password in ${proxy.setting}`
    : `asks for a user name and password, and ${proxy.setting} holds none`;
  return new ProxyFault('authentication', `${nameProxy(proxy)} ${words}: ${evidence}`);
}

/** Returns the fault of a proxy that answered a request in place of its target. */
export function proxyAnswered(proxy: ProxyServer, status: number, target: string): ProxyFault {
  if (isOfAuthentication(status)) return authenticationFault(proxy, `it answers ${status}`);
  return new ProxyFault(
    'answer',
    `${nameProxy(proxy)} answers in place of ${target}: ${statusWords(status)}`,
  );
}

/** Returns the fault of a proxy that accepted the connection and sent no answer in time. */
export function proxySilent(proxy: ProxyServer, cause: DeadlineExceeded): ProxyFault {
  const words = `does not answer within ${formatDuration(cause.timeoutMs)}`;
  return new ProxyFault('silence', `${nameProxy(proxy)} ${words}`, { cause });
}

/** tinyproxy answers 407 without a login, and 401 to a wrong one. */
function isOfAuthentication(status: number): boolean {
  return status === 407 || status === 401;
}

function statusWords(status: number): string {
  const text = STATUS_CODES[status];
  return text === undefined ? String(status) : `${status} ${text}`;
}

/** Returns the proxy's fault when the connection to it, which carries requests in absolute form, ended without an answer. */
export function faultOfProxy(proxy: ProxyServer, error: unknown): unknown {
  const { kind, evidence } = classifyFault(error);
  const isOfConnection = kind === 'reset' || /^(?:HTTPParserError|HPE_)/.test(evidence);
  return isOfConnection && !(error instanceof ProxyFault) ? proxyUnreachable(proxy, error) : error;
}

/** Statuses that only proxies and gateways send: 407, 502, 504 (RFC 9110, section 15) and 511 (RFC 6585, section 6). */
const MADE_BY_PROXIES = new Set([407, 502, 504, 511]);
/** Statuses by which proxies say that they did not reach the target, where the body is a page of theirs. */
const PAGE_OF_PROXY = new Set([403, 503]);
/** Programs that name themselves in answers of their own, and not in those they pass on. */
const PROXY_PROGRAMS = /^(?:squid|tinyproxy|privoxy|mitmproxy)\b/i;

/**
 * Reports whether an answer to an http request in absolute form was made by the proxy: by its status, by a header that
 * only proxies send, or because it is a web page with the status 403 or 503.
 */
export function isAnsweredByProxy(status: number, header: (name: string) => string | undefined): boolean {
  if (status < 400) return false;
  if (MADE_BY_PROXIES.has(status)) return true;
  if (header('x-squid-error') !== undefined || /;\s*error=/.test(header('proxy-status') ?? '')) return true;
  if (PROXY_PROGRAMS.test(header('server') ?? '')) return true;
  return PAGE_OF_PROXY.has(status) && /^text\/html\b/i.test(header('content-type') ?? '');
}

/** Reports whether an answer to CONNECT carries a page, as that of a network which wants a login first; a tunnel has no body. */
export function isPage(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  const hasBody = Number(headers['content-length']) > 0 || headers['transfer-encoding'] !== undefined;
  return hasBody && /^text\/html\b/i.test(String(headers['content-type']));
}
