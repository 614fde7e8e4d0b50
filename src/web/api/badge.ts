import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { type Standing, standingOf } from '../../domain/status.ts';
import { formatCount } from '../../domain/wording.ts';
import { STANDING_WORDS, type Tone } from '../standing-words.ts';
import { toPlainText } from '../text-words.ts';

/** What a badge says. */
export interface Badge {
  /** `docker hub ci`. */
  readonly label: string;
  /** `42 of 100 left`. */
  readonly message: string;
  readonly tone: Tone;
  /** Whether it says that something is wrong, and not how much is left. */
  readonly isError: boolean;
}

/** How much of a name is shown, in characters. */
const NAME_LENGTH = 40;
/** States in which a number would say more than is known. */
const WITHOUT_NUMBER: ReadonlySet<Standing> = new Set(['blocked', 'rejected', 'failing']);

/**
 * Says of a credential or bucket what may be said in a dozen letters. A number is shown only while the newest probe
 * confirms it.
 * @param name what the badge is about
 */
export function toBadge(name: string, view: CredentialSnapshot): Badge {
  const standing = standingOf(view);
  const { label, tone } = STANDING_WORDS[standing];
  const { limited } = view;
  const isError = WITHOUT_NUMBER.has(standing);
  const left = limited && `${formatCount(limited.remaining)} of ${formatCount(limited.limit)} left`;
  const message =
    isError || !left ? label.toLowerCase() : standing === 'downgraded' ? `${left}, as anonymous` : left;
  return { label: labelOf(name), message, tone, isError };
}

/** The badge of something that is not known here. */
export function unknownBadge(name: string): Badge {
  return { label: labelOf(name), message: 'not known here', tone: 'neutral', isError: true };
}

function labelOf(name: string): string {
  return `docker hub ${toPlainText(name, NAME_LENGTH)}`;
}
