import { ADDRCONFIG, type LookupAddress, type LookupOptions } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { systemTimers, type Timers } from '../clock.ts';
import { within } from '../deadline.ts';

/** How TCP connections are made. */
export interface SocketOptions {
  /** Local address to bind; only remote addresses of its family are tried. */
  readonly localAddress?: string | undefined;
  readonly ipFamily?: 4 | 6 | undefined;
  /** Default: the system's resolver. */
  readonly lookup?: Lookup | undefined;
  readonly timers?: Timers | undefined;
}

/** Resolves a name to all its addresses, in order of preference; rejects with a code of `node:dns`. */
export type Lookup = (hostname: string, options: LookupOptions & { all: true }) => Promise<LookupAddress[]>;

/**
 * Head start of one address over the next, in milliseconds (1 s). RFC 8305 recommends 250 ms; on a slow link that makes
 * the two IP families take turns, and each has a rate limit of its own.
 */
const HEAD_START_MS = 1_000;
/** As undici's own sockets, in milliseconds. */
const TCP_KEEP_ALIVE_MS = 60_000;

/**
 * Opens a TCP connection to a name or an address by "happy eyeballs" (RFC 8305): the addresses are tried in turn,
 * alternating between the IP families; each has a second's head start, a failure starts the next one at once, and earlier
 * attempts go on until one of them has succeeded.
 * @param signal ends all attempts; the promise then rejects with its reason
 * @throws the single error, or an AggregateError of all attempts
 */
export async function openSocket(
  host: string,
  port: number,
  options: SocketOptions,
  signal: AbortSignal,
): Promise<Socket> {
  const { localAddress, lookup = systemLookup, timers = systemTimers } = options;
  const family = options.ipFamily ?? (isIP(localAddress ?? '') as 0 | 4 | 6);
  const addresses = await within(resolve(host, family, lookup), signal);
  const attempts = addresses.map((address) => () => {
    return connect({
      host: address.address,
      port,
      autoSelectFamily: false,
      ...(localAddress && { localAddress }),
    })
      .setNoDelay(true)
      .setKeepAlive(true, TCP_KEEP_ALIVE_MS);
  });
  return await firstConnected(attempts, timers, signal);
}

async function resolve(host: string, family: 0 | 4 | 6, lookup: Lookup): Promise<LookupAddress[]> {
  const literal = isIP(host);
  if (literal !== 0) {
    if (family !== 0 && family !== literal) throw noAddress(host, family);
    return [{ address: host, family: literal }];
  }
  const found = await lookup(host, { all: true, family, hints: family === 0 ? ADDRCONFIG : 0 });
  if (found.length === 0) throw noAddress(host, family);
  return alternate(found);
}

/** Alternates between the families, beginning with that of the first address. */
function alternate(addresses: readonly LookupAddress[]): LookupAddress[] {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const second = addresses.filter(({ family }) => family !== addresses[0]?.family);
  const turns = Math.max(first.length, second.length);
  return Array.from({ length: turns }, (_, i) => [first[i], second[i]])
    .flat()
    .filter((address) => address !== undefined);
}

function noAddress(host: string, family: number): Error {
  const code = isIP(host) === 0 ? 'ENOTFOUND' : 'EAFNOSUPPORT';
  return Object.assign(new Error(`No IPv${family} address of ${host}`), { code });
}

function firstConnected(
  attempts: readonly (() => Socket)[],
  timers: Timers,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((fulfil, reject) => {
    const open = new Set<Socket>();
    const errors: Error[] = [];
    let started = 0;
    let cancelNext = (): void => undefined;

    function end(): void {
      cancelNext();
      signal.removeEventListener('abort', onAbort);
      for (const socket of open) socket.destroy();
    }
    function onAbort(): void {
      end();
      reject(signal.reason);
    }
    function fail(error: Error): void {
      errors.push(error);
      if (started < attempts.length) startNext();
      if (open.size > 0) return;
      end();
      reject(errors.length === 1 ? errors[0] : new AggregateError(errors));
    }
    function startNext(): void {
      cancelNext();
      const socket = attempts[started]?.();
      if (!socket) return;
      started += 1;
      open.add(socket);
      socket.once('connect', () => {
        open.delete(socket);
        socket.removeListener('error', onError);
        end();
        fulfil(socket);
      });
      socket.once('error', onError);
      // Destroyed sockets can still report an error, to which nothing else listens.
      socket.on('error', () => undefined);
      function onError(error: Error): void {
        open.delete(socket as Socket);
        fail(error);
      }
      if (started < attempts.length) cancelNext = timers.after(HEAD_START_MS, startNext);
    }

    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else startNext();
  });
}
