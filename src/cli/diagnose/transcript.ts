import { isIP } from 'node:net';
import { parseSource } from '../../domain/rate-limit.ts';
import { ACCOUNT, type Mask, maskHeader } from './mask.ts';
import type { Answered, Connected, Sent, WireEvent } from './wire-event.ts';

/** What was sent (`>`), what came (`<`), and what else happened (`*`), a line each, masked, with an empty line above each connection. Bodies are never in it. */
export function transcribe(events: readonly WireEvent[], mask: Mask): string[] {
  const blocks = events.flatMap((event) => {
    const lines = linesOf(event, mask);
    return event.kind === 'connected' ? ['', ...lines] : lines;
  });
  return blocks[0] === '' ? blocks.slice(1) : blocks;
}

function linesOf(event: WireEvent, mask: Mask): string[] {
  switch (event.kind) {
    case 'connected':
      return connectedLines(event).map(mask);
    case 'not-connected':
      return [mask(`* no connection to ${event.host}: ${event.reason}`)];
    case 'sent':
      return sentLines(event, mask);
    case 'answered':
      return answeredLines(event, mask);
    case 'broken':
      return [mask(`* ${event.method} at ${event.host} came to nothing: ${event.reason}`)];
  }
}

function connectedLines({ host, localAddress, remoteAddress, remotePort, tls }: Connected): string[] {
  const remote = remoteAddress === undefined ? 'a tunnel' : `${bracketed(remoteAddress)}:${remotePort}`;
  const from = localAddress === undefined ? '' : ` from ${localAddress}`;
  const connected = `* connected to ${host} by ${remote}${from}`;
  if (!tls) return [connected];
  return [
    connected,
    `* ${tls.version}, ALPN ${tls.alpn ?? 'none'}`,
    `* certificate of ${tls.subject}, issued by ${tls.issuer}`,
  ];
}

function bracketed(address: string): string {
  return isIP(address) === 6 ? `[${address}]` : address;
}

function sentLines({ lines: [first = '', ...headers] }: Sent, mask: Mask): string[] {
  return [`> ${mask(first)}`, ...headers.map((line) => `> ${maskLine(line, mask)}`)];
}

function maskLine(line: string, mask: Mask): string {
  const colon = line.indexOf(':');
  return colon < 0 ? mask(line) : maskHeader(line.slice(0, colon), line.slice(colon + 1).trim(), mask);
}

function answeredLines({ status, statusText, headers }: Answered, mask: Mask): string[] {
  const told = headers.map(([name, value]) => {
    const isAccount =
      name.toLowerCase() === 'docker-ratelimit-source' && parseSource(value)?.kind === 'account';
    return `< ${maskHeader(name, isAccount ? ACCOUNT : value, mask)}`;
  });
  return [`< ${mask(`HTTP/1.1 ${status} ${statusText}`.trimEnd())}`, ...told];
}
