import type { Outlook } from '../../src/domain/credential-snapshot.ts';
import { foreseen, usedUp } from '../domain/forecasts.ts';
import { NOW, type STATES } from './states.ts';

const AT = NOW - 10_000;

/** The outlooks of the buckets of some of `STATES`, by the name of the credential. */
export const OUTLOOKS: Readonly<Partial<Record<keyof typeof STATES, Outlook>>> = {
  limited: { forecast: foreseen(AT), pool: undefined },
  'limited-ipv6': { forecast: foreseen(AT, { exhaustion: null, risk: 0 }), pool: undefined },
  'no-window': { forecast: { kind: 'unknown', reason: 'no_window' }, pool: undefined },
  'no-source': { forecast: foreseen(AT, { refill: null, exhaustion: null }), pool: undefined },
  exhausted: { forecast: usedUp(AT), pool: undefined },
  unlimited: { forecast: { kind: 'unlimited' }, pool: undefined },
  expired: { forecast: foreseen(NOW - 600_000), pool: undefined },
};

/** Returns the outlook of one of `STATES`. */
export function outlookOf(name: string): Outlook | undefined {
  return Object.entries(OUTLOOKS).find(([known]) => known === name)?.[1];
}
