import type { Socket } from 'node:net';

/** One connection of a client. */
export interface Connection {
  /** Counts from 0. */
  readonly number: number;
  /** The TCP socket, below TLS where there is TLS. */
  readonly socket: Socket;
}

/** The connections that are open. */
export interface Connections {
  add(socket: Socket): void;
  /** The connection a request came by, found by the client's end of it: TLS and HTTP/2 wrap the socket. */
  of(socket: {
    readonly remoteAddress?: string | undefined;
    readonly remotePort?: number | undefined;
  }): Connection | undefined;
  destroyAll(): void;
}

/** Starts with none. */
export function createConnections(): Connections {
  const open = new Map<string, Connection>();
  let added = 0;
  const keyOf = (socket: { remoteAddress?: string | undefined; remotePort?: number | undefined }): string =>
    `${socket.remoteAddress} ${socket.remotePort}`;

  return {
    add(socket) {
      const key = keyOf(socket);
      open.set(key, { number: added, socket });
      added += 1;
      socket.on('close', () => open.delete(key));
    },
    of: (socket) => open.get(keyOf(socket)),
    destroyAll() {
      for (const { socket } of open.values()) socket.destroy();
    },
  };
}
