import { isIP } from 'node:net';
import { formatDuration } from '../../kit/duration.ts';
import { type Answered, type Connected, headerOf, type WireEvent } from './wire-event.ts';

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
