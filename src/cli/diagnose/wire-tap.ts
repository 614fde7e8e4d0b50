import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../kit/clock.ts';
import type { TlsFacts, WireEvent } from './wire-event.ts';

/** Listens to what undici tells of its connections (https://undici.nodejs.org/#/docs/api/DiagnosticsChannel). */
export interface WireTap {
  /** What has happened since the last call. */
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
  /** Names and values in turns, as they came. */
  readonly headers: readonly Buffer[];
}

/** Begins to listen, to every client of undici in this process. */
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

/** Node writes a part of a distinguished name to each line. */
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

/** A code where there is one: messages may quote what was sent. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code ?? (cause === undefined ? error.message : reasonOf(cause));
}
