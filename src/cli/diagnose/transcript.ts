import { isIP } from 'node:net';
import { parseSource } from '../../domain/rate-limit.ts';
import { formatDuration } from '../../kit/duration.ts';
import { ACCOUNT, type Mask, maskHeader } from './mask.ts';
import { type Answered, type Connected, headerOf, type Sent, type WireEvent } from './wire-tap.ts';

/** The `Date` header knows whole seconds, and an answer takes its time: less than this is no difference, in milliseconds (2 s). */
const CLOCK_TOLERANCE_MS = 2_000;
const LIMIT_HEADER = /^(?:x-)?ratelimit-(?:limit|remaining)$/i;

/** What the way to Docker Hub looks like, a sentence each: addresses, proxies, TLS, the clock, the spelling of headers. */
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
  // A request line with a whole URL goes to a proxy, and the connection of that target leads there.
  const forwarded = sent.filter(({ lines }) => /^\S+ http:/.test(lines[0] ?? '')).map(({ host }) => host);
  const proxies = connections.filter(({ host, tls }) => !tls && forwarded.includes(host)).map(remoteOf);
  const through = new Set([...tunnels, ...proxies]);
  const vias = new Set(answers.flatMap((answer) => headerOf(answer, 'via') ?? []));
  const configured = through.size > 0 ? `through ${[...through].join(', ')}` : 'none that Headroom knows of';
  const announced = vias.size > 0 ? `; answers name one: ${[...vias].join(', ')}` : '';
  return answers.length === 0 && through.size === 0 ? [] : [`Proxy: ${configured}${announced}`];
}

function remoteOf({ remoteAddress = 'an unknown address', remotePort }: Connected): string {
  const address = isIP(remoteAddress) === 6 ? `[${remoteAddress}]` : remoteAddress;
  return remotePort === undefined ? address : `${address}:${remotePort}`;
}

function describeTls(connections: readonly Connected[]): string[] {
  const issuers = new Set(connections.flatMap(({ tls }) => (tls ? [`${tls.version}, ${tls.issuer}`] : [])));
  if (issuers.size === 0) return connections.length === 0 ? [] : ['TLS: none'];
  return [
    `TLS: ${[...issuers].join('; ')}. An issuer that is your own company is a proxy that reads what passes`,
  ];
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

/** Of the hub's answers only: those of the token service are about a limit of its own. */
function describeSpelling(answers: readonly Answered[]): string[] {
  const names = answers
    .filter(({ path }) => path.startsWith('/v2/'))
    .flatMap(({ headers }) => headers.map(([name]) => name).filter((name) => LIMIT_HEADER.test(name)));
  if (answers.length === 0) return [];
  return [`Limit headers: ${names.length === 0 ? 'none' : [...new Set(names)].join(', ')}`];
}

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
