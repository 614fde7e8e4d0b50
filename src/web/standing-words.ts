import type { Standing } from '../domain/status.ts';

/** How urgent a state is; the page's colours, and its favicons, are one for each. */
export type Tone = 'bad' | 'warn' | 'good' | 'neutral';

/** How a state is shown: in words, with an icon and in a colour, never by colour alone. */
export interface StandingWords {
  readonly label: string;
  readonly tone: Tone;
  /** Symbol in views/partials/icons.ejs. */
  readonly icon: string;
}

/** Words, tone and icon of every standing. */
export const STANDING_WORDS: Readonly<Record<Standing, StandingWords>> = {
  exhausted: { label: 'Exhausted', tone: 'bad', icon: 'empty' },
  blocked: { label: 'Blocked', tone: 'bad', icon: 'blocked' },
  rejected: { label: 'Login rejected', tone: 'bad', icon: 'key' },
  downgraded: { label: 'Downgraded', tone: 'warn', icon: 'downgraded' },
  failing: { label: 'No answer', tone: 'warn', icon: 'unplugged' },
  low: { label: 'Low', tone: 'warn', icon: 'warning' },
  waiting: { label: 'Not asked yet', tone: 'neutral', icon: 'clock' },
  ok: { label: 'OK', tone: 'good', icon: 'check' },
  unlimited: { label: 'Unlimited', tone: 'good', icon: 'infinity' },
};
