import type { FailureLabel } from '../../src/domain/result.ts';
import type { Endpoint, FaultName } from '../../src/simulator/faults/faults.ts';

/** One way in which Docker Hub misbehaves, and what other exporters made of it. */
export interface Scenario {
  /** As docs/simulator.md names it. */
  readonly name: string;
  /** What Docker Hub does, in words. */
  readonly happening: string;
  readonly fault: FaultName;
  readonly endpoint?: Endpoint;
  /** What is true meanwhile. */
  readonly truth: Truth;
  /** How Headroom counts a probe that learned nothing. */
  readonly reason?: FailureLabel;
  /** How many of the 24 exporters did what, in the order of `BEHAVIOURS`. */
  readonly others: readonly number[];
}

/**
 * `right` the answer states how much is left; `exhausted` it states that nothing is left; `unlimited` nothing is metered,
 * which three answers in a row must state; `unknown` it has no limit.
 */
export type Truth = 'right' | 'exhausted' | 'unlimited' | 'unknown';

/** What an exporter can make of a scenario, the best first. */
export const BEHAVIOURS = [
  'right',
  'right, with an old series beside it',
  'number removed, error shown',
  'old number, error shown',
  'number removed',
  'old number, no error shown',
  'false 0',
  'no valid scrape, or exited',
  'not measured',
] as const;

/** All scenarios. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'paid',
    happening: 'sends a source but no limit, as for a paid plan',
    fault: 'unmetered',
    truth: 'unlimited',
    reason: 'missing_header',
    others: [0, 0, 1, 2, 3, 6, 6, 6, 0],
  },
  {
    name: 'empty',
    happening: 'sends `;w=21600`, a limit without its number',
    fault: 'empty-numbers',
    truth: 'unknown',
    reason: 'invalid_header',
    others: [0, 0, 1, 2, 2, 5, 4, 10, 0],
  },
  {
    name: 'nowin',
    happening: 'sends `100`, a limit without its window',
    fault: 'no-window',
    truth: 'right',
    others: [16, 0, 0, 1, 1, 0, 0, 6, 0],
  },
  {
    name: 'zero',
    happening: 'returns 200 and 0 remaining',
    fault: 'zero',
    truth: 'exhausted',
    others: [19, 3, 0, 0, 0, 1, 0, 1, 0],
  },
  {
    name: 'h429',
    happening: 'returns 429 without a limit: the abuse limit',
    fault: 'abuse',
    endpoint: 'manifest',
    truth: 'unknown',
    reason: 'blocked_abuse',
    others: [0, 0, 2, 3, 3, 4, 2, 10, 0],
  },
  {
    name: 'h429rl',
    happening: 'returns 429 and 0 remaining',
    fault: 'pull-limit',
    truth: 'exhausted',
    others: [7, 0, 1, 3, 3, 2, 0, 8, 0],
  },
  {
    name: 'hap429',
    happening: 'returns the 429 of 2020 for every request, which is not valid HTTP',
    fault: 'abuse-bare-lf',
    truth: 'unknown',
    reason: 'blocked_abuse',
    others: [0, 0, 2, 4, 2, 4, 2, 10, 0],
  },
  {
    name: 'h401',
    happening: 'rejects every token, also a new one',
    fault: 'unauthorized',
    endpoint: 'manifest',
    truth: 'unknown',
    reason: 'unauthorized',
    others: [0, 0, 2, 3, 4, 4, 2, 9, 0],
  },
  {
    name: 'h503',
    happening: 'returns 503 with a page of HTML',
    fault: 'unavailable',
    endpoint: 'manifest',
    truth: 'unknown',
    reason: 'server_error',
    others: [0, 0, 2, 3, 3, 4, 2, 10, 0],
  },
  {
    name: 'hang',
    happening: 'accepts the request and never responds',
    fault: 'hang',
    endpoint: 'manifest',
    truth: 'unknown',
    reason: 'timeout',
    others: [0, 0, 1, 3, 1, 7, 0, 12, 0],
  },
  {
    name: 'reset',
    happening: 'resets the connection',
    fault: 'reset',
    endpoint: 'manifest',
    truth: 'unknown',
    reason: 'reset',
    others: [0, 0, 2, 4, 2, 3, 1, 12, 0],
  },
  {
    name: 'tok401',
    happening: 'token service returns 401',
    fault: 'unauthorized',
    endpoint: 'token',
    truth: 'unknown',
    reason: 'unauthorized',
    others: [2, 0, 1, 2, 2, 5, 3, 9, 0],
  },
  {
    name: 'tok429',
    happening: 'token service returns 429',
    fault: 'abuse',
    endpoint: 'token',
    truth: 'unknown',
    reason: 'blocked_abuse',
    others: [2, 0, 1, 2, 1, 5, 3, 10, 0],
  },
  {
    name: 'tok503',
    happening: 'token service returns 503',
    fault: 'unavailable',
    endpoint: 'token',
    truth: 'unknown',
    reason: 'server_error',
    others: [2, 0, 1, 3, 1, 5, 2, 10, 0],
  },
  {
    name: 'tokhtml',
    happening: 'token service returns 200 with a page of HTML',
    fault: 'captive-portal',
    endpoint: 'token',
    truth: 'unknown',
    reason: 'token_error',
    others: [2, 0, 0, 3, 2, 6, 2, 9, 0],
  },
  {
    name: 'tokaccess',
    happening: 'token service sends `access_token` without `token`',
    fault: 'access-token-only',
    truth: 'right',
    others: [3, 0, 0, 2, 0, 6, 3, 10, 0],
  },
  {
    name: 'tokhang',
    happening: 'token service never responds',
    fault: 'hang',
    endpoint: 'token',
    truth: 'unknown',
    reason: 'timeout',
    others: [2, 0, 0, 2, 1, 9, 0, 9, 1],
  },
  {
    name: 'flip',
    happening: 'sees another address in each request',
    fault: 'changing-source',
    truth: 'right',
    others: [18, 3, 0, 0, 0, 1, 0, 1, 1],
  },
];
