import { DeadlineExceeded } from '../deadline.ts';
import { formatDuration } from '../duration.ts';
import { classifyFault, type FaultKind } from './network-fault.ts';
import { ProxyFault } from './proxy-fault.ts';

/**
 * Describes why no answer came, in a clause that begins with the peer. Only codes of the error are repeated: its message
 * can hold what was sent.
 * @param peer the host, or a URL without query, fit to be shown
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
