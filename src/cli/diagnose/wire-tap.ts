import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../kit/clock.ts';

/** A network event between this machine and Docker Hub. Nothing in it is masked yet. */
export type WireEvent = Connected | NotConnected | Sent | Answered | Broken;

/** A connection was opened. A tunnel through a proxy is a connection of its own. */
export interface Connected {
  readonly kind: 'connected';
  /** The target: `registry-1.docker.io:443`. */
  readonly host: string;
  /** Undefined if the socket has none. */
  readonly localAddress: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  /** Undefined without TLS. */
  readonly tls: TlsFacts | undefined;
}

/** The negotiated parameters of TLS and the certificate of the server. */
interface TlsFacts {
  readonly version: string;
  readonly alpn: string | undefined;
  /** Distinguished names, such as `CN=docker.io`. */
  readonly subject: string;
  readonly issuer: string;
}

/** A connection could not be opened. */
interface NotConnected {
  readonly kind: 'not-connected';
  readonly host: string;
  readonly reason: string;
}

/** The head of a request was sent. */
export interface Sent {
  readonly kind: 'sent';
  readonly method: string;
  /** The target of the connection. */
  readonly host: string;
  /** The lines as sent, without the final empty line. */
  readonly lines: readonly string[];
}

/** The head of a response was received. */
export interface Answered {
  readonly kind: 'answered';
  readonly method: string;
  readonly path: string;
  readonly host: string;
  /** When it was received, in milliseconds since the epoch. */
  readonly at: number;
  readonly status: number;
  readonly statusText: string;
  /** Headers in their order, with the original spelling. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A request failed. */
interface Broken {
  readonly kind: 'broken';
  readonly method: string;
  readonly host: string;
  readonly reason: string;
}

/** Returns the value of the first header of that lower-case name, in any spelling; undefined if there is none. */
export function headerOf({ headers }: Answered, name: string): string | undefined {
  return headers.find(([written]) => written.toLowerCase() === name)?.[1];
}

/** Records the diagnostics channels of undici (https://undici.nodejs.org/#/docs/api/DiagnosticsChannel). */
export interface WireTap {
  /** Returns the events since the last call. */
  take(): readonly WireEvent[];
  stop(): void;
}

interface ConnectParams {
  readonly host: string;
}

interface Request {
  readonly method: string;
  readonly origin?: string | URL;
  readonly path: string;
}

interface Response {
  readonly statusCode: number;
  readonly statusText: string;
  /** Names and values in turn, as received. */
  readonly headers: readonly Buffer[];
}

/** Starts to record the events of every undici client in this process. Call `stop()` at the end. */
export function tapWire(clock: Clock): WireTap {
  let events: WireEvent[] = [];
  const channels: Readonly<Record<string, (message: unknown) => void>> = {
    'undici:client:connected': (message) => {
      const { connectParams, socket } = message as { connectParams: ConnectParams; socket: Socket };
      events.push({
        kind: 'connected',
        host: connectParams.host,
        localAddress: socket.localAddress,
        remoteAddress: socket.remoteAddress,
        remotePort: socket.remotePort,
        tls: socket instanceof TLSSocket ? tlsFacts(socket) : undefined,
      });
    },
    'undici:client:connectError': (message) => {
      const { connectParams, error } = message as { connectParams: ConnectParams; error: unknown };
      events.push({ kind: 'not-connected', host: connectParams.host, reason: reasonOf(error) });
    },
    'undici:client:sendHeaders': (message) => {
      const { request, headers } = message as { request: Request; headers: string };
      const lines = headers.split('\r\n').filter((line) => line !== '');
      events.push({ kind: 'sent', method: request.method, host: hostOf(request), lines });
    },
    'undici:request:headers': (message) => {
      const { request, response } = message as { request: Request; response: Response };
      events.push({
        kind: 'answered',
        method: request.method,
        path: request.path,
        host: hostOf(request),
        at: clock.now(),
        status: response.statusCode,
        statusText: response.statusText,
        headers: pairsOf(response.headers),
      });
    },
    'undici:request:error': (message) => {
      const { request, error } = message as { request: Request; error: unknown };
      events.push({
        kind: 'broken',
        method: request.method,
        host: hostOf(request),
        reason: reasonOf(error),
      });
    },
  };
  for (const [name, listener] of Object.entries(channels)) subscribe(name, listener);
  return {
    take() {
      const taken = events;
      events = [];
      return taken;
    },
    stop() {
      for (const [name, listener] of Object.entries(channels)) unsubscribe(name, listener);
    },
  };
}

function tlsFacts(socket: TLSSocket): TlsFacts {
  const certificate = socket.getPeerX509Certificate();
  return {
    version: socket.getProtocol() ?? 'unknown',
    alpn: socket.alpnProtocol || undefined,
    subject: oneLine(certificate?.subject),
    issuer: oneLine(certificate?.issuer),
  };
}

/** Joins a distinguished name to one line: Node writes one part to each line. */
function oneLine(name: string | undefined): string {
  return name?.split('\n').join(', ') || 'unknown';
}

function pairsOf(raw: readonly Buffer[]): [string, string][] {
  const texts = raw.map((part) => part.toString('latin1'));
  return texts.flatMap((name, i) => (i % 2 === 0 ? [[name, texts[i + 1] ?? ''] as [string, string]] : []));
}

function hostOf({ origin }: Request): string {
  if (origin === undefined) return 'unknown';
  return URL.canParse(origin.toString()) ? new URL(origin).host : 'unknown';
}

/** Returns the code of an error if it has one, as messages may quote what was sent. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code ?? (cause === undefined ? error.message : reasonOf(cause));
}
