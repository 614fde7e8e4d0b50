import type { FaultName } from './fault.ts';
import type { HeaderValues } from './layout.ts';
import type { Balance } from './meter.ts';

/** Faults that distort what a manifest's answer says of the limit. */
const DISTORTIONS: Partial<Record<FaultName, (balance: Balance) => readonly [string, string]>> = {
  'empty-numbers': ({ windowSeconds }) => [`;w=${windowSeconds}`, `;w=${windowSeconds}`],
  'no-window': ({ limit, remaining }) => [String(limit), String(remaining)],
  zero: (balance) => pair({ ...balance, remaining: 0 }),
  'pull-limit': (balance) => pair({ ...balance, remaining: 0 }),
  'false-full': (balance) => pair({ ...balance, remaining: balance.limit }),
  'garbage-headers': () => ['many;w=soon', 'a few'],
};

/** Faults that leave the limit out. */
const HIDERS: readonly FaultName[] = ['unmetered', 'missing-headers'];

/**
 * The limit headers of a manifest's answer, in both spellings: the layout picks.
 * @param balance undefined for those nobody meters
 */
export function limitHeaders(
  balance: Balance | undefined,
  source: string | undefined,
  faults: readonly FaultName[],
): HeaderValues {
  const shownSource = faults.includes('missing-headers') ? undefined : source;
  const values: HeaderValues = shownSource === undefined ? {} : { 'docker-ratelimit-source': shownSource };
  if (!balance || faults.some((fault) => HIDERS.includes(fault))) return values;
  const distortion = faults.map((fault) => DISTORTIONS[fault]).find((distort) => distort !== undefined);
  const [limit, remaining] = (distortion ?? pair)(balance);
  return {
    ...values,
    'ratelimit-limit': limit,
    'ratelimit-remaining': remaining,
    'x-ratelimit-limit': limit,
    'x-ratelimit-remaining': remaining,
  };
}

function pair({ limit, remaining, windowSeconds }: Balance): readonly [string, string] {
  return [`${limit};w=${windowSeconds}`, `${remaining};w=${windowSeconds}`];
}
