import { BLOCKS } from '../../domain/failure.ts';
import type { FleetCredential, FleetMember, Labels } from '../../domain/history/fleet.ts';
import { statusOf } from '../../domain/status.ts';
import { spanWords } from '../../domain/wording.ts';
import { describeSource, type Problem, problemsOfLimit, STATUS_WORDS } from '../credential-words.ts';
import { toMoment, toPlainText } from '../text.ts';
import { type CredentialCard, toAmount, toSentences } from './credential-card.ts';

/** Maximum length of a name or label of the fleet, in characters: they are foreign text. */
const MAX_LENGTH = 100;

/** Cleans and shortens a name or label of the fleet. */
export function fleetText(text: string): string {
  return toPlainText(text, MAX_LENGTH);
}

/** Joins the values of labels: `prod-eu, ci`. */
export function labelWords(labels: Labels): string {
  return labels.length === 0 ? 'another Headroom' : labels.map(([, value]) => fleetText(value)).join(', ');
}

/** Returns the name of a credential of another Headroom: `ci (prod-eu)`. */
export function fleetName({ name }: FleetCredential, { labels }: FleetMember): string {
  return `${fleetText(name)} (${labelWords(labels)})`;
}

/**
 * Creates the card of a credential of another Headroom.
 * @param fullName its name with the labels of its Headroom
 * @param namesOnSource all credentials that report the same source
 * @param now milliseconds since the epoch
 */
export function toFleetCard(
  credential: FleetCredential,
  fullName: string,
  namesOnSource: readonly string[],
  now: number,
): CredentialCard {
  const { name, hasLogin, source, lastPollAt, lastSuccessAt } = credential;
  const status = statusOf(credential);
  const askedInVain = lastPollAt !== undefined && lastPollAt !== lastSuccessAt;
  return {
    name: fleetText(name),
    kind: hasLogin === undefined ? undefined : hasLogin ? 'Login' : 'Anonymous',
    status,
    state: STATUS_WORDS[status],
    amount: toAmount(credential),
    source: source && describeSource(source, fullName, namesOnSource),
    outlook: outlookWords(credential, now),
    lastAnswer: lastSuccessAt === undefined ? undefined : toMoment(lastSuccessAt, now),
    lastAttempt: askedInVain ? toMoment(lastPollAt, now) : undefined,
    problems: [...newestProblems(credential), ...problemsOfLimit(credential)].map(toSentences),
  };
}

/** Returns the problem of the newest probe. Metrics report that a probe failed, but not why. */
function newestProblems({ up, blocked }: FleetCredential): Problem[] {
  if (blocked) return [{ ...BLOCKS[blocked], detail: undefined }];
  if (up !== false) return [];
  const meaning = 'the newest probe failed';
  return [{ meaning, advice: 'See the page of that Headroom for the reason', detail: undefined }];
}

/** Describes when the bucket is used up. An instant in the past is ignored: the next scrape brings another. */
function outlookWords({ exhaustionAt, limited }: FleetCredential, now: number): string | undefined {
  if (exhaustionAt === undefined || exhaustionAt <= now || !limited || limited.remaining <= 0)
    return undefined;
  const minutes = Math.ceil((exhaustionAt - now) / 60_000);
  const rounded = minutes > 120 ? Math.round(minutes / 60) * 60 : minutes;
  return `Used up in about ${spanWords(rounded * 60)}`;
}
