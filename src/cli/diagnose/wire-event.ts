/** What happened between this machine and Docker Hub, in the order of time. Nothing in it is masked yet. */
export type WireEvent = Connected | NotConnected | Sent | Answered | Broken;

/** A connection came about; through a proxy, the tunnel is one of its own. */
export interface Connected {
  readonly kind: 'connected';
  /** Who was to be reached: `registry-1.docker.io:443`. */
  readonly host: string;
  /** Undefined where the socket does not say. */
  readonly localAddress: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  /** Undefined without TLS. */
  readonly tls: TlsFacts | undefined;
}

/** What TLS has agreed on, and who vouches for the other side. */
export interface TlsFacts {
  readonly version: string;
  readonly alpn: string | undefined;
  /** Distinguished names, such as `CN=docker.io`. */
  readonly subject: string;
  readonly issuer: string;
}

/** No connection came about. */
export interface NotConnected {
  readonly kind: 'not-connected';
  readonly host: string;
  readonly reason: string;
}

/** The head of a request left. */
export interface Sent {
  readonly kind: 'sent';
  readonly method: string;
  /** Of the socket it left by. */
  readonly host: string;
  /** The lines as sent, without the empty one at the end. */
  readonly lines: readonly string[];
}

/** The head of an answer came. */
export interface Answered {
  readonly kind: 'answered';
  readonly method: string;
  readonly path: string;
  readonly host: string;
  /** When it came, in milliseconds since the epoch. */
  readonly at: number;
  readonly status: number;
  readonly statusText: string;
  /** Names as they were spelled, in their order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A request came to nothing. */
export interface Broken {
  readonly kind: 'broken';
  readonly method: string;
  readonly host: string;
  readonly reason: string;
}

/** The first header of that name, in whatever spelling. */
export function headerOf({ headers }: Answered, name: string): string | undefined {
  return headers.find(([written]) => written.toLowerCase() === name)?.[1];
}
