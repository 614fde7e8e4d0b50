import type { BlockReason } from './reading.ts';

/** What each kind of block means, and what a person can do about it. */
export const BLOCKS = {
  abuse: {
    meaning: 'Docker Hub refuses requests from this address for a while',
    advice:
      'Something at this address sends thousands of requests a minute; find it. Headroom asks again after a pause',
  },
  login: {
    meaning: 'Docker Hub has locked this user name after too many failed logins',
    advice: 'Find who sends a wrong password; for about 10 minutes the right one is refused too',
  },
} as const satisfies Record<BlockReason, { meaning: string; advice: string }>;
