import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import { within } from '../deadline.ts';
import { ProxyFault } from './network-fault.ts';
import type { ProxyLogin, ProxyServer } from './proxy.ts';
import { authenticationFault, nameProxy } from './proxy-fault.ts';

const VERSION = 5;
const METHOD_NONE = 0;
const METHOD_LOGIN = 2;
const COMMAND_CONNECT = 1;
const ADDRESS_V4 = 1;
const ADDRESS_NAME = 3;
const ADDRESS_V6 = 4;

/** The replies of RFC 1928, section 6. */
const REPLIES: readonly string[] = [
  'succeeded',
  'general failure',
  'not allowed by its rules',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'connection timed out',
  'command not supported',
  'address type not supported',
];

/**
 * Connects a socket to a target through a SOCKS5 proxy (RFC 1928, RFC 1929). The proxy resolves host names.
 * @param host a name, or an address without brackets
 * @throws ProxyFault when the proxy refuses, or does not speak SOCKS5
 */
export async function connectBySocks5(
  socket: Socket,
  proxy: ProxyServer,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<void> {
  const login = proxy.login();
  const methods = login ? [METHOD_NONE, METHOD_LOGIN] : [METHOD_NONE];
  const reader = createByteReader(socket, signal);

  socket.write(Buffer.from([VERSION, methods.length, ...methods]));
  const [version, method] = await reader.take(2);
  if (version !== VERSION) throw notSocks(proxy);
  if (method === METHOD_LOGIN && login) {
    socket.write(loginRequest(login));
    const [, status] = await reader.take(2);
    if (status !== 0) throw authenticationFault(proxy, `it answers ${status}`);
  } else if (method !== METHOD_NONE) {
    throw authenticationFault(proxy, 'it accepts none of the methods offered');
  }

  socket.write(connectRequest(host, port));
  const [replyVersion, reply = 0, , addressType] = await reader.take(4);
  if (replyVersion !== VERSION) throw notSocks(proxy);
  if (reply !== 0) throw refusal(proxy, reply, `${isIP(host) === 6 ? `[${host}]` : host}:${port}`);
  const length =
    addressType === ADDRESS_NAME ? (await reader.take(1))[0] : addressType === ADDRESS_V6 ? 16 : 4;
  // The address and port that the proxy connects from.
  await reader.take((length ?? 0) + 2);
  reader.giveBack();
}

function loginRequest({ username, password }: ProxyLogin): Buffer {
  const fields = [username, password].map((field) => Buffer.from(field, 'utf8'));
  return Buffer.concat([Buffer.of(1), ...fields.flatMap((field) => [Buffer.of(field.length), field])]);
}

function connectRequest(host: string, port: number): Buffer {
  return Buffer.concat([
    Buffer.of(VERSION, COMMAND_CONNECT, 0),
    addressBytes(host),
    Buffer.of(port >> 8, port & 0xff),
  ]);
}

function addressBytes(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.of(ADDRESS_V4, ...host.split('.').map(Number));
  if (isIP(host) === 6) return Buffer.of(ADDRESS_V6, ...ipv6Bytes(host));
  const name = Buffer.from(host, 'ascii');
  return Buffer.concat([Buffer.of(ADDRESS_NAME, name.length), name]);
}

/** Returns the 16 bytes of an address in the form that `URL` writes: hexadecimal groups, and at most one `::`. */
function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const groupsOf = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}

/** Reads bytes from a socket, and returns surplus bytes to it at the end. */
interface ByteReader {
  /** Reads so many bytes. @throws Error with the code ECONNRESET when the connection ends before */
  take(bytes: number): Promise<Buffer>;
  giveBack(): void;
}

function createByteReader(socket: Socket, signal: AbortSignal): ByteReader {
  let received: Buffer = Buffer.alloc(0);
  return {
    async take(bytes) {
      while (received.length < bytes) {
        // Read all there is: a socket with unread bytes reports itself readable again and again, before its end.
        const chunk: Buffer | null = socket.read();
        if (chunk) received = Buffer.concat([received, chunk]);
        else if (socket.readableEnded || socket.destroyed) throw connectionCut();
        else await within(moreToRead(socket), signal);
      }
      const taken = received.subarray(0, bytes);
      received = received.subarray(bytes);
      return taken;
    },
    giveBack() {
      if (received.length > 0) socket.unshift(received);
    },
  };
}

async function moreToRead(socket: Socket): Promise<void> {
  const listening = new AbortController();
  const { signal } = listening;
  try {
    await Promise.race(['readable', 'end', 'close'].map((event) => once(socket, event, { signal })));
  } finally {
    listening.abort();
  }
}

function connectionCut(): Error {
  return Object.assign(new Error('The connection was closed during the handshake'), { code: 'ECONNRESET' });
}

function notSocks(proxy: ProxyServer): ProxyFault {
  return new ProxyFault('answer', `${nameProxy(proxy)} does not speak SOCKS5`);
}

function refusal(proxy: ProxyServer, reply: number, target: string): ProxyFault {
  const words = REPLIES[reply] ?? `reply ${reply}`;
  const verb = reply === 2 ? 'refuses to carry the request' : 'cannot carry the request';
  return new ProxyFault('refusal', `${nameProxy(proxy)} ${verb} to ${target}: ${words}`);
}
