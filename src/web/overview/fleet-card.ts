import { BLOCKS } from '../../domain/failure.ts';
import type { FleetCredential } from '../../domain/history/fleet.ts';
import { standingOf } from '../../domain/status.ts';
import { spanWords } from '../../domain/wording.ts';
import { type Problem, problemsOfLimit } from '../problem-words.ts';
import { describeSource } from '../source-words.ts';
import { STANDING_WORDS } from '../standing-words.ts';
import { toMoment } from '../time-words.ts';
import { type CredentialCard, toAmount, toSentences } from './credential-card.ts';
import { fleetText } from './fleet-labels.ts';

/**
 * Finishes one credential of another Headroom for the view.
 * @param toldAs what it is called beside those of other Headrooms
 * @param namesOnSource all who report the same source, by what they are called
 * @param now milliseconds since the epoch
 */
export function toFleetCard(
  credential: FleetCredential,
  toldAs: string,
  namesOnSource: readonly string[],
  now: number,
): CredentialCard {
  const { name, hasLogin, source, lastPollAt, lastSuccessAt } = credential;
  const standing = standingOf(credential);
  const askedInVain = lastPollAt !== undefined && lastPollAt !== lastSuccessAt;
  return {
    name: fleetText(name),
    who: hasLogin === undefined ? undefined : hasLogin ? 'Login' : 'Anonymous',
    standing,
    state: STANDING_WORDS[standing],
    amount: toAmount(credential),
    source: source && describeSource(source, toldAs, namesOnSource),
    outlook: outlookWords(credential, now),
    answered: lastSuccessAt === undefined ? undefined : toMoment(lastSuccessAt, now),
    asked: askedInVain ? toMoment(lastPollAt, now) : undefined,
    problems: [...newestProblems(credential), ...problemsOfLimit(credential)].map(toSentences),
  };
}

/** Metrics tell that a probe failed, not why. */
function newestProblems({ up, blocked }: FleetCredential): Problem[] {
  if (blocked) return [{ ...BLOCKS[blocked], detail: undefined }];
  if (up !== false) return [];
  const meaning = 'the newest probe learned nothing';
  return [{ meaning, advice: 'The page of that Headroom says why', detail: undefined }];
}

/** An instant that has passed says nothing of the future: it will be another one with the next scrape. */
function outlookWords({ exhaustionAt, limited }: FleetCredential, now: number): string | undefined {
  if (exhaustionAt === undefined || exhaustionAt <= now || !limited || limited.remaining <= 0)
    return undefined;
  const minutes = Math.ceil((exhaustionAt - now) / 60_000);
  const rounded = minutes > 120 ? Math.round(minutes / 60) * 60 : minutes;
  return `Runs dry in about ${spanWords(rounded * 60)}`;
}
