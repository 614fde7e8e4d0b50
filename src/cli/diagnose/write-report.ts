import type { Source } from '../../domain/rate-limit.ts';
import { formatDuration } from '../../kit/duration.ts';
import type { BuildInfo } from '../../metrics/exporter-section.ts';
import { summaryOf } from '../check/judge.ts';
import type { Examined } from './examine.ts';
import type { Mask } from './mask.ts';
import { describeWire, transcribe } from './transcript.ts';
import { type Answered, headerOf } from './wire-tap.ts';

const BITS = 128;
const BITS_PER_GROUP = 16;

/**
 * How many leading bits of an IPv6 address are in use: 128 without the zeros at its end. A prefix that ends in zeros is at
 * least that long.
 * @returns undefined for what is no IPv6 address in hexadecimal groups
 */
export function significantBits(address: string): number | undefined {
  const [head = '', tail, ...more] = address.split('::');
  if (more.length > 0) return undefined;
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const missing = BITS / BITS_PER_GROUP - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array.from({ length: missing }, () => 0), ...after];
  if (groups.some((group) => Number.isNaN(group))) return undefined;
  const bits = groups.map((group) => group.toString(2).padStart(BITS_PER_GROUP, '0')).join('');
  return bits.lastIndexOf('1') + 1;
}

function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text
    .split(':')
    .map((group) => (/^[0-9a-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : Number.NaN));
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const SECONDS = 1_000;

/**
 * What this run can say to questions about Docker Hub that its documentation leaves open. What it cannot say is left out.
 * @param examined everything that was asked
 */
function answerOpenQuestions(examined: readonly Examined[]): string[] {
  const lines = examined.flatMap((one) => [
    ...aboutWindow(one),
    ...aboutExhaustion(one),
    ...aboutRefusals(one),
    ...aboutSource(one),
    ...aboutWrongLogin(one),
  ]);
  return [...new Set(lines)];
}

function aboutWindow({ reading, credentialJson: { login } }: Examined): string[] {
  if (reading.kind !== 'metered') return [];
  const { limit, windowSeconds } = reading.rateLimit;
  const window = windowSeconds === undefined ? 'not stated' : formatDuration(windowSeconds * SECONDS);
  return [`The window now: ${window}, for ${limit} pulls ${login ? 'with a login' : 'without a login'}`];
}

function aboutExhaustion({ reading, events }: Examined): string[] {
  const answer = lastOfHub(events);
  if (reading.kind !== 'metered' || reading.rateLimit.remaining > 0 || !answer) return [];
  const names = answer.headers.map(([name]) => name).filter((name) => /ratelimit|retry-after/i.test(name));
  return [`A HEAD with nothing left is answered ${answer.status}, with ${names.join(', ')}`];
}

function aboutRefusals({ events }: Examined): string[] {
  const refused = events.filter(
    (event): event is Answered => event.kind === 'answered' && event.status === 429,
  );
  return refused.map((answer) => {
    const who = isOfHub(answer) ? 'the hub' : 'the token service';
    const wait = headerOf(answer, 'retry-after');
    return `Retry-After on a 429 of ${who}: ${wait === undefined ? 'none' : JSON.stringify(wait)}`;
  });
}

function aboutSource({ reading, loginKind }: Examined): string[] {
  if (reading.kind !== 'metered' && reading.kind !== 'unmetered') return [];
  const { source } = reading;
  if (!source) return [`The source for ${withArticle(loginKind)}: no header`];
  const lines = [`The source for ${withArticle(loginKind)}: ${sourceForm(source)}`];
  const bits = source.kind === 'ipv6' ? significantBits(source.value) : undefined;
  return bits === undefined ? lines : [...lines, `The IPv6 prefix: at least ${bits} bits, by its zeros`];
}

function sourceForm({ value, kind }: Source): string {
  if (kind !== 'account') return kind === 'ipv4' ? 'an IPv4 address' : 'an IPv6 prefix';
  return UUID.test(value) ? 'the UUID of an account' : 'the name of an account';
}

function aboutWrongLogin({ credentialJson: told, events }: Examined): string[] {
  if (!told.login) return [];
  if (told.downgraded) return ['A login was accepted and is metered as if it were anonymous'];
  const rejected = events.find(
    (event) => event.kind === 'answered' && event.status === 401 && !isOfHub(event),
  );
  return rejected ? ['A wrong login is refused with 401 by the token service, and not downgraded'] : [];
}

function withArticle(loginKind: Examined['loginKind']): string {
  if (loginKind === 'anonymous') return 'no login';
  return /^[aeiou]/.test(loginKind) ? `an ${loginKind}` : `a ${loginKind}`;
}

function lastOfHub(events: Examined['events']): Answered | undefined {
  return events.findLast((event): event is Answered => event.kind === 'answered' && isOfHub(event));
}

function isOfHub({ path }: Answered): boolean {
  return path.startsWith('/v2/');
}

/** What a report is made of. */
interface ReportFacts {
  readonly build: BuildInfo;
  /** `linux x64`. */
  readonly platform: string;
  /** When it was made, in milliseconds since the epoch. */
  readonly at: number;
  /** The effective configuration, its secrets masked. */
  readonly maskedYaml: string;
  readonly examined: readonly Examined[];
}

/** The sections that decide how Docker Hub is asked. */
const SECTIONS = /^(?:poll|hub|credentials):/;

/** Headers may hold backticks too. */
const BACKTICKS = /`+/g;

/** Writes the whole report as Markdown, without a final newline. */
export function writeReport(facts: ReportFacts, mask: Mask): string {
  const { build, platform, at, maskedYaml, examined } = facts;
  const answers = answerOpenQuestions(examined).map(mask);
  return [
    '# headroom diagnose',
    `headroom ${build.version} (revision ${build.revision}), node ${build.nodeVersion}, ${platform}, ` +
      new Date(at).toISOString(),
    'Passwords, tokens and user names are masked. Addresses and host names are not: look it over before you share it.',
    ...examined.flatMap((one, i) => sectionFor(one, `${i + 1} of ${examined.length}`, mask)),
    ...(answers.length === 0 ? [] : ['## What this says about Docker Hub', answers.map(asItem).join('\n')]),
    '## Configuration',
    fence('yaml', maskConfig(maskedYaml, mask)),
  ].join('\n\n');
}

function sectionFor(one: Examined, position: string, mask: Mask): string[] {
  const { credential, loginKind, events } = one;
  const lines = transcribe(events, mask);
  const title = mask(`## Credential ${position}: ${credential.identity.name} (${loginKind})`);
  return [
    title,
    readingOf(one).map(mask).map(asItem).join('\n'),
    lines.length === 0 ? 'Nothing was sent.' : fence('http', lines.join('\n')),
  ];
}

/** What it all means, in plain language. */
function readingOf({ credentialJson: told, events, durationMs }: Examined): string[] {
  const trouble = told.failure ?? told.blocked;
  return [
    `Answer: ${summaryOf(told)}, after ${Math.round(durationMs)} ms`,
    ...(told.failure ? [`Detail: ${told.failure.detail}`] : []),
    ...(trouble ? [`Advice: ${trouble.advice}`] : []),
    ...(told.source ? [`Source: ${told.source.kind === 'account' ? 'an account' : told.source.value}`] : []),
    ...describeWire(events),
  ];
}

function asItem(line: string): string {
  return `- ${line}`;
}

/** Of the configuration, what concerns Docker Hub. */
function maskConfig(yaml: string, mask: Mask): string {
  const sections = yaml.split(/^(?=\S)/m).filter((section) => SECTIONS.test(section));
  return mask(sections.join('')).trimEnd();
}

/** A block of code that no line of it can end. */
function fence(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(BACKTICKS) ?? []).map((run) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}${language}\n${text}\n${marks}`;
}
