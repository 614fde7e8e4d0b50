import { isIP } from 'node:net';
import { parseSource } from '../../domain/rate-limit.ts';
import { formatDuration } from '../../kit/duration.ts';
import { ACCOUNT, type Mask, maskHeader } from './mask.ts';
import { type Answered, type Connected, headerOf, type Sent, type WireEvent } from './wire-tap.ts';

/** The smallest clock difference that is reported, in milliseconds (2 s): `Date` has whole seconds, and a response takes time. */
const CLOCK_TOLERANCE_MS = 2_000;
const LIMIT_HEADER = /^(?:x-)?ratelimit-(?:limit|remaining)$/i;

/** Describes the connection to Docker Hub, one line each: addresses, proxies, TLS, clock difference, spelling of headers. */
export function describeWire(events: readonly WireEvent[]): string[] {
  const connections = events.filter((event) => event.kind === 'connected');
  const answers = events.filter((event) => event.kind === 'answered');
  return [
    ...describeAddresses(connections),
    ...describeProxies(events, connections, answers),
    ...describeTls(connections),
    ...describeClock(answers),
    ...describeSpelling(answers),
  ];
}

function describeAddresses(connections: readonly Connected[]): string[] {
  const direct = connections.filter(({ remoteAddress }) => remoteAddress !== undefined);
  if (direct.length === 0) return [];
  const pairs = direct.map(({ localAddress, remoteAddress = '' }) => {
    const family = isIP(remoteAddress) === 6 ? 'IPv6' : 'IPv4';
    return `${family} from ${localAddress ?? 'an unknown address'} to ${remoteAddress}`;
  });
  return [`Addresses: ${[...new Set(pairs)].join('; ')}`];
}

function describeProxies(
  events: readonly WireEvent[],
  connections: readonly Connected[],
  answers: readonly Answered[],
): string[] {
  const sent = events.filter((event) => event.kind === 'sent');
  const tunnels = sent.filter(({ method }) => method === 'CONNECT').map(({ host }) => host);
  // A request line with a whole URL is sent to a proxy, so that the connection of that host is one to the proxy.
  const forwarded = sent.filter(({ lines }) => /^\S+ http:/.test(lines[0] ?? '')).map(({ host }) => host);
  const proxies = connections.filter(({ host, tls }) => !tls && forwarded.includes(host)).map(remoteOf);
  const through = new Set([...tunnels, ...proxies]);
  const vias = new Set(answers.flatMap((answer) => headerOf(answer, 'via') ?? []));
  const configured = through.size > 0 ? `through ${[...through].join(', ')}` : 'none configured';
  const announced = vias.size > 0 ? `; responses name one: ${[...vias].join(', ')}` : '';
  return answers.length === 0 && through.size === 0 ? [] : [`Proxy: ${configured}${announced}`];
}

function remoteOf({ remoteAddress = 'an unknown address', remotePort }: Connected): string {
  const address = isIP(remoteAddress) === 6 ? `[${remoteAddress}]` : remoteAddress;
  return remotePort === undefined ? address : `${address}:${remotePort}`;
}

function describeTls(connections: readonly Connected[]): string[] {
  const issuers = new Set(connections.flatMap(({ tls }) => (tls ? [`${tls.version}, ${tls.issuer}`] : [])));
  if (issuers.size === 0) return connections.length === 0 ? [] : ['TLS: none'];
  return [`TLS: ${[...issuers].join('; ')}. If the issuer is your own company, a proxy decrypts the traffic`];
}

function describeClock(answers: readonly Answered[]): string[] {
  const dated = answers.findLast((answer) => headerOf(answer, 'date') !== undefined);
  const theirs = dated && Date.parse(headerOf(dated, 'date') ?? '');
  if (!dated || theirs === undefined || Number.isNaN(theirs)) return [];
  const differenceMs = dated.at - theirs;
  if (Math.abs(differenceMs) < CLOCK_TOLERANCE_MS) return ['Clock: the same as that of Docker Hub'];
  const word = differenceMs > 0 ? 'ahead of' : 'behind';
  const seconds = Math.round(Math.abs(differenceMs) / 1_000) * 1_000;
  return [`Clock: this machine is ${formatDuration(seconds)} ${word} Docker Hub`];
}

/** Describes the limit headers of the registry. Those of the token service are about another limit. */
function describeSpelling(answers: readonly Answered[]): string[] {
  const names = answers
    .filter(({ path }) => path.startsWith('/v2/'))
    .flatMap(({ headers }) => headers.map(([name]) => name).filter((name) => LIMIT_HEADER.test(name)));
  if (answers.length === 0) return [];
  return [`Limit headers: ${names.length === 0 ? 'none' : [...new Set(names)].join(', ')}`];
}

/**
 * Formats events as masked lines: sent (`>`), received (`<`) and others (`*`), with an empty line before each connection.
 * Bodies are left out.
 */
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
      return [mask(`* ${event.method} at ${event.host} failed: ${event.reason}`)];
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
  const lines = headers.map(([name, value]) => {
    const isAccount =
      name.toLowerCase() === 'docker-ratelimit-source' && parseSource(value)?.kind === 'account';
    return `< ${maskHeader(name, isAccount ? ACCOUNT : value, mask)}`;
  });
  return [`< ${mask(`HTTP/1.1 ${status} ${statusText}`.trimEnd())}`, ...lines];
}
