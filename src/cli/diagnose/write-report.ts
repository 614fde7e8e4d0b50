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
 * Counts the leading bits of an IPv6 address before its trailing zeros. A prefix is at least that long.
 * @returns undefined if the text is not an IPv6 address in hexadecimal groups
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
 * Describes facts of this run that Docker Hub's documentation leaves open, one line each. Returns no line for a fact that
 * the run does not show.
 * @param examined the probed credentials
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
  return [`A HEAD with nothing left returns ${answer.status}, with ${names.join(', ')}`];
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

function aboutWrongLogin({ credentialJson, events }: Examined): string[] {
  if (!credentialJson.login) return [];
  if (credentialJson.downgraded) return ['A login was accepted and is metered as if it were anonymous'];
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

/** The parts of a report. */
interface ReportFacts {
  readonly build: BuildInfo;
  /** Operating system and architecture: `linux x64`. */
  readonly platform: string;
  /** The time of the report, in milliseconds since the epoch. */
  readonly at: number;
  /** The effective configuration, its secrets masked. */
  readonly maskedYaml: string;
  readonly examined: readonly Examined[];
}

/** The sections of the configuration that affect requests to Docker Hub. */
const SECTIONS = /^(?:poll|hub|credentials):/;

/** Runs of backticks, which may occur in headers. */
const BACKTICKS = /`+/g;

/** Formats the report as Markdown, without a final newline. */
export function writeReport(facts: ReportFacts, mask: Mask): string {
  const { build, platform, at, maskedYaml, examined } = facts;
  const answers = answerOpenQuestions(examined).map(mask);
  return [
    '# headroom diagnose',
    `headroom ${build.version} (revision ${build.revision}), node ${build.nodeVersion}, ${platform}, ` +
      new Date(at).toISOString(),
    'Passwords, tokens and user names are masked. Addresses and host names are not: check the report before you share it.',
    ...examined.flatMap((one, i) => sectionFor(one, `${i + 1} of ${examined.length}`, mask)),
    ...(answers.length === 0 ? [] : ['## Facts about Docker Hub', answers.map(asItem).join('\n')]),
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

/** Describes the result of a probe in plain language. */
function readingOf({ credentialJson, events, durationMs }: Examined): string[] {
  const problem = credentialJson.failure ?? credentialJson.blocked;
  return [
    `Answer: ${summaryOf(credentialJson)}, after ${Math.round(durationMs)} ms`,
    ...(credentialJson.failure ? [`Detail: ${credentialJson.failure.detail}`] : []),
    ...(problem ? [`Advice: ${problem.advice}`] : []),
    ...(credentialJson.source
      ? [`Source: ${credentialJson.source.kind === 'account' ? 'an account' : credentialJson.source.value}`]
      : []),
    ...describeWire(events),
  ];
}

function asItem(line: string): string {
  return `- ${line}`;
}

/** Returns the masked sections of the configuration that concern Docker Hub. */
function maskConfig(yaml: string, mask: Mask): string {
  const sections = yaml.split(/^(?=\S)/m).filter((section) => SECTIONS.test(section));
  return mask(sections.join('')).trimEnd();
}

/** Formats a block of code. Its fence is longer than any run of backticks in it. */
function fence(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(BACKTICKS) ?? []).map((run) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}${language}\n${text}\n${marks}`;
}
