import { mostLeft } from '../../domain/alerts/most-left.ts';
import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { FAILURES } from '../../domain/failure.ts';
import type { Limited } from '../../domain/result.ts';
import { type Status, statusOf } from '../../domain/status.ts';
import { countNoun, formatCount, toSentence } from '../../domain/wording.ts';
import type { Tone } from '../credential-words.ts';
import { outlookWords } from '../forecast-words.ts';
import { listNames, toPlainText } from '../text.ts';

/**
 * The answer to "can I deploy now?" as a value of `can_deploy` in `/api/v1/summary`. `careful`: little is left or not
 * everything is known; `partly`: with some credentials only.
 */
export type Verdict = 'yes' | 'careful' | 'partly' | 'no' | 'unknown';

/** The answer to "can I deploy now?", for the page and the API. */
export interface DeployAnswer {
  readonly verdict: Verdict;
  readonly tone: Tone;
  /** The answer as the heading of the page. */
  readonly headline: string;
  /** The reason, in one or two sentences. */
  readonly reason: string;
}

/** The answer with the next expected change. */
export interface AnswerWithForecast extends DeployAnswer {
  /** `Next to be used up: ci, in 10 to 20 minutes.`; undefined if no change is expected within 6 hours. */
  readonly nextChange: string | undefined;
}

/** Maximum length of a name, in characters. */
const NAME_LENGTH = 60;

/** How much can be pulled with a credential of each status. */
const PULLS_BY_STATUS: Readonly<Record<Status, 'good' | 'small' | 'none' | 'unknown'>> = {
  exhausted: 'none',
  blocked: 'none',
  rejected: 'none',
  downgraded: 'small',
  failing: 'unknown',
  low: 'small',
  waiting: 'unknown',
  ok: 'good',
  unlimited: 'good',
};

/** Changes later than this are not mentioned, in milliseconds: 6 hours. */
const LOOK_AHEAD_MS = 6 * 3_600_000;

/**
 * Answers "can I deploy now?" for all credentials, with the next expected change.
 * @param now milliseconds since the epoch
 */
export function answerWithForecast(
  snapshots: readonly CredentialSnapshot[],
  now: number,
): AnswerWithForecast {
  return { ...answerDeploy(snapshots), nextChange: nextChangeOf(snapshots, now) };
}

/** Describes the first bucket to be used up, or, if no credential has much left, the first to be full again. */
function nextChangeOf(snapshots: readonly CredentialSnapshot[], now: number): string | undefined {
  const isNothingLeft = snapshots.every((snapshot) => PULLS_BY_STATUS[statusOf(snapshot)] !== 'good');
  const expected = snapshots.flatMap(({ name, outlook, limited }) => {
    const words = outlook && outlookWords(outlook, now);
    if (!words || !limited) return [];
    const isRelevant = limited.remaining > 0 ? words.tone === 'warn' : isNothingLeft;
    const at = Date.parse(words.from);
    return isRelevant && at - now < LOOK_AHEAD_MS ? [{ name, words, at }] : [];
  });
  const [first] = expected.sort((a, b) => a.at - b.at);
  if (!first) return undefined;
  const { label, text } = first.words;
  const name = toPlainText(first.name, NAME_LENGTH);
  return `${label === 'Full again' ? 'Next to be full again' : 'Next to be used up'}: ${name}, ${text}.`;
}

/** Clauses about one credential and about several. */
const CLAUSES: Readonly<Record<Status, readonly [one: string, many: string]>> = {
  exhausted: ['has nothing left', 'have nothing left'],
  blocked: ['is blocked', 'are blocked'],
  rejected: ['is rejected', 'are rejected'],
  downgraded: ['is metered as anonymous', 'are metered as anonymous'],
  failing: ['gets no answer', 'get no answer'],
  low: ['is low', 'are low'],
  waiting: ['was not checked yet', 'were not checked yet'],
  ok: ['is OK', 'are OK'],
  unlimited: ['has no limit', 'have no limit'],
};

/**
 * Answers "can I deploy now?" for all credentials. Does not add up their pulls: several may share one bucket.
 */
export function answerDeploy(snapshots: readonly CredentialSnapshot[]): DeployAnswer {
  const rows = snapshots.map((snapshot) => ({ snapshot, status: statusOf(snapshot) }));
  const withPulls = (pulls: string) => rows.filter(({ status }) => PULLS_BY_STATUS[status] === pulls);
  const none = withPulls('none');
  const unknown = withPulls('unknown');
  const small = withPulls('small');
  if (none.length + unknown.length === rows.length) return nothingWorks(rows, none);
  if (none.length > 0) {
    const reason = `${describeRows(none)} ${mostLeftOf(snapshots)}`;
    return { verdict: 'partly', tone: 'warn', headline: 'Yes, but not with every credential', reason };
  }
  if (small.length > 0) return littleLeft(small, rows.length, snapshots);
  if (unknown.length > 0) {
    const reason = `${describeRows(unknown)} ${leastLeft(snapshots)}`;
    return { verdict: 'careful', tone: 'warn', headline: 'Yes, as far as is known', reason };
  }
  return { verdict: 'yes', tone: 'good', headline: 'Yes, you can deploy', reason: leastLeft(snapshots) };
}

interface Row {
  readonly snapshot: CredentialSnapshot;
  readonly status: Status;
}

function nothingWorks(rows: readonly Row[], none: readonly Row[]): DeployAnswer {
  if (rows.length === 0) {
    const reason = 'Add one under credentials in the configuration.';
    return { verdict: 'unknown', tone: 'neutral', headline: 'No credential is configured', reason };
  }
  if (rows.every(({ status }) => status === 'waiting')) {
    const reason = 'The first requests to Docker Hub are under way.';
    return { verdict: 'unknown', tone: 'neutral', headline: 'One moment', reason };
  }
  if (none.length === 0) {
    const reason = sharedFailure(rows) ?? describeRows(rows);
    return { verdict: 'unknown', tone: 'warn', headline: 'Not known', reason };
  }
  const headline = none.length === rows.length ? 'No, not now' : 'Better not';
  return { verdict: 'no', tone: 'bad', headline, reason: describeRows(rows) };
}

function littleLeft(
  small: readonly Row[],
  total: number,
  snapshots: readonly CredentialSnapshot[],
): DeployAnswer {
  const everywhere = small.length === total;
  return {
    verdict: 'careful',
    tone: 'warn',
    headline: everywhere ? 'Only something small' : 'Yes, but choose the credential with care',
    reason: `${describeRows(small)} ${everywhere ? mostLeftOf(snapshots) : leastLeft(snapshots)}`,
  };
}

/** Describes the statuses of credentials: `ci has nothing left, and office and nat-b are blocked.` */
function describeRows(rows: readonly Row[]): string {
  const statuses = [...new Set(rows.map(({ status }) => status))];
  const clauses = statuses.map((status) => {
    const names = rows.filter((row) => row.status === status).map(({ snapshot }) => snapshot.name);
    const [one, many] = CLAUSES[status];
    return `${listNames(names.map((name) => toPlainText(name, NAME_LENGTH)))} ${names.length === 1 ? one : many}`;
  });
  const last = clauses.pop() ?? '';
  return clauses.length === 0 ? `${last}.` : `${clauses.join(', ')}, and ${last}.`;
}

function sharedFailure(rows: readonly Row[]): string | undefined {
  const reasons = new Set(
    rows.map(({ snapshot }) =>
      snapshot.latest?.outcome.kind === 'failed' ? snapshot.latest.outcome.reason : undefined,
    ),
  );
  const [reason] = reasons;
  if (reasons.size !== 1 || reason === undefined) return undefined;
  const { meaning, advice } = FAILURES[reason];
  return `${toSentence(meaning)} ${toSentence(advice)}`;
}

function mostLeftOf(snapshots: readonly CredentialSnapshot[]): string {
  const most = mostLeft(snapshots);
  if (!most) return '';
  const name = toPlainText(most.credential, NAME_LENGTH);
  if (!most.limited) return `Use ${name}: it has no limit.`;
  return pullsLeft('Most', name, most.limited, snapshots.length);
}

function leastLeft(snapshots: readonly CredentialSnapshot[]): string {
  const limits = snapshots.flatMap(({ name, up, limited }) => (up && limited ? { name, limited } : []));
  const [least] = limits.sort((a, b) => a.limited.remaining - b.limited.remaining);
  if (!least) return 'No limit applies.';
  return pullsLeft('Least', toPlainText(least.name, NAME_LENGTH), least.limited, snapshots.length);
}

function pullsLeft(
  which: 'Most' | 'Least',
  name: string,
  { remaining, limit }: Pick<Limited, 'remaining' | 'limit'>,
  total: number,
): string {
  const pulls = `${formatCount(remaining)} of ${countNoun(limit, 'pull')}`;
  return total === 1 ? `${pulls} are left.` : `${which} is left with ${name}: ${pulls}.`;
}
