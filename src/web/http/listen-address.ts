import type { ListenAddress } from '../../kit/network-address.ts';

/** Writes an address the way Prometheus does: `:10429`, `127.0.0.1:10429`, `[::1]:10429`. */
export function formatListenAddress({ host = '', port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Why a system refused to listen, by its error code. */
const REFUSALS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'this user may not open the port; ports from 1024 are open to all',
  EADDRNOTAVAIL: 'this machine has no such address',
  EAFNOSUPPORT: 'this machine does not speak that IP version',
  ENOTFOUND: 'the name cannot be resolved',
  EAI_AGAIN: 'the name cannot be resolved',
};

/** Says why the server cannot listen: `Cannot listen on 0.0.0.0:10429: the port is in use`. */
export function toListenError(address: ListenAddress, error: NodeJS.ErrnoException): Error {
  const reason = REFUSALS[error.code ?? ''] ?? error.message;
  return new Error(`Cannot listen on ${formatListenAddress(address)}: ${reason}`, { cause: error });
}
