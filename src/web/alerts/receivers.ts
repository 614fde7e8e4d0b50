import type { ReceiverHealth } from '../../domain/alerts/delivery/notification.ts';
import { formatCount } from '../../domain/wording.ts';
import type { Tone } from '../standing-words.ts';
import { toPlainText } from '../text-words.ts';
import { type Moment, toMoment } from '../time-words.ts';

/** How a receiver fares, in a row of a table. */
export interface ReceiverRow {
  readonly name: string;
  readonly tone: Tone;
  readonly icon: string;
  /** `Delivers`, `Fails`, `Nothing sent yet`. */
  readonly state: string;
  readonly queued: string;
  readonly sent: string;
  readonly failed: string;
  readonly lastSent: Moment | undefined;
  readonly lastError: { readonly at: Moment; readonly message: string } | undefined;
}

const ERROR_LENGTH = 300;

/** Finishes the health of a receiver for the view. */
export function toReceiverRow(health: ReceiverHealth, now: number): ReceiverRow {
  const { name, queued, sent, failed, lastSentAt, lastError } = health;
  return {
    name: toPlainText(name, 100),
    ...stateOf(health),
    queued: formatCount(queued),
    sent: formatCount(sent),
    failed: formatCount(failed),
    lastSent: lastSentAt === undefined ? undefined : toMoment(lastSentAt, now),
    lastError: lastError && {
      at: toMoment(lastError.at, now),
      message: toPlainText(lastError.message, ERROR_LENGTH),
    },
  };
}

function stateOf({ lastError, sent }: ReceiverHealth): Pick<ReceiverRow, 'tone' | 'icon' | 'state'> {
  if (lastError) return { tone: 'bad', icon: 'unplugged', state: 'Fails' };
  if (sent > 0) return { tone: 'good', icon: 'check', state: 'Delivers' };
  return { tone: 'neutral', icon: 'clock', state: 'Nothing sent yet' };
}
