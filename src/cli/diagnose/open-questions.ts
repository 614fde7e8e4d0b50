import type { Source } from '../../domain/rate-limit.ts';
import { formatDuration } from '../../kit/duration.ts';
import type { Examined } from './examined.ts';
import { significantBits } from './ipv6-bits.ts';
import { type Answered, headerOf } from './wire-event.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const SECONDS = 1_000;

/**
 * What this run can say to questions about Docker Hub that its documentation leaves open. What it cannot say is left out.
 * @param examined everything that was asked
 */
export function answerOpenQuestions(examined: readonly Examined[]): string[] {
  const lines = examined.flatMap((one) => [
    ...aboutWindow(one),
    ...aboutExhaustion(one),
    ...aboutRefusals(one),
    ...aboutSource(one),
    ...aboutWrongLogin(one),
  ]);
  return [...new Set(lines)];
}

function aboutWindow({ reading, told: { login } }: Examined): string[] {
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

function aboutWrongLogin({ told, events }: Examined): string[] {
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
