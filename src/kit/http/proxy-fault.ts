import { STATUS_CODES } from 'node:http';
import { DeadlineExceeded } from '../deadline.ts';
import { formatDuration } from '../duration.ts';
import { classifyFault } from './network-fault.ts';
import type { ProxyServer } from './proxy.ts';

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
 * A request that got no further than its proxy. The message is a clause that begins with the proxy, its host, port and
 * setting: `the proxy squid:3128 (HTTPS_PROXY) refuses the connection: ECONNREFUSED`. It holds no secret.
 */
export class ProxyFault extends Error {
  override readonly name = 'ProxyFault';
  readonly failure: ProxyFailure;

  constructor(failure: ProxyFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** Returns how messages name a proxy: host, port and setting, never its login. */
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

/** Returns the fault of a proxy that does not accept its login, or wants one. */
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

/** Returns the fault of a proxy that took the connection, and sent no answer in time. */
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
