import { oneOf } from '../../config/kinds/choice.ts';
import { COUNTING_MODELS, type Limits } from '../../simulator/limits.ts';
import { WINDOW_KINDS } from '../../simulator/metering/bucket.ts';
import { type FlagValues, optionalFlag } from '../flag.ts';
import { wholeNumber } from '../whole-number.ts';
import { windowSeconds } from './window-seconds.ts';

/** A number of pulls: none to a billion. */
export const pulls = wholeNumber(0, 1_000_000_000);

/** What the limits of a hub are set with, at its start and while it runs. */
export const LIMIT_FLAGS = {
  'personal-limit': optionalFlag('N', pulls, 'Pulls in a window for a personal account'),
  window: optionalFlag('DURATION', windowSeconds, 'How long a window is, such as 10m, 1h or 6h'),
  'window-kind': optionalFlag(
    'KIND',
    oneOf(WINDOW_KINDS),
    'sliding: each pull comes back a window later; fixed: all come back at once',
  ),
  counting: optionalFlag(
    'MODEL',
    oneOf(COUNTING_MODELS),
    'What a pull is: per-get (each GET of a manifest), two-gets or per-architecture',
  ),
};

/**
 * The limits that flags name, and no others.
 * @param anonymous pulls in a window for an address; undefined leaves them
 */
export function limitsOf(
  anonymous: number | undefined,
  flags: FlagValues<typeof LIMIT_FLAGS>,
): Partial<Limits> {
  const named = {
    anonymous,
    personal: flags['personal-limit'],
    windowSeconds: flags.window,
    window: flags['window-kind'],
    counting: flags.counting,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}
