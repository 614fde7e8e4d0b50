import type { FaultName } from '../fault.ts';
import type { Balance } from '../metering/meter.ts';
import type { HeaderValues } from '../wire/layout.ts';

/** What the limit's two headers say. */
type Pair = readonly [limit: string, remaining: string];

/** Faults that distort what an answer says of the limit. */
const DISTORTIONS: Partial<Record<FaultName, (balance: Balance) => Pair>> = {
  'empty-numbers': ({ windowSeconds }) => [`;w=${windowSeconds}`, `;w=${windowSeconds}`],
  'no-window': ({ limit, remaining }) => [String(limit), String(remaining)],
  zero: (balance) => truePair({ ...balance, remaining: 0 }),
  'pull-limit': (balance) => truePair({ ...balance, remaining: 0 }),
  'false-full': (balance) => truePair({ ...balance, remaining: balance.limit }),
  'garbage-headers': () => ['many;w=soon', 'a few'],
};

/**
 * The headers that say what is left, in both spellings: the layout picks.
 * @param balance undefined for those nobody meters
 * @param source undefined where none is shown
 */
export function limitHeaders(
  balance: Balance | undefined,
  source: string | undefined,
  faults: readonly FaultName[],
): HeaderValues {
  const values: HeaderValues = {};
  if (faults.includes('missing-headers')) return values;
  if (source !== undefined) values['docker-ratelimit-source'] = source;
  if (!balance) return values;
  const distortion = faults.map((fault) => DISTORTIONS[fault]).find((distort) => distort !== undefined);
  const [limit, remaining] = (distortion ?? truePair)(balance);
  values['ratelimit-limit'] = limit;
  values['ratelimit-remaining'] = remaining;
  values['x-ratelimit-limit'] = limit;
  values['x-ratelimit-remaining'] = remaining;
  return values;
}

function truePair({ limit, remaining, windowSeconds }: Balance): Pair {
  return [`${limit};w=${windowSeconds}`, `${remaining};w=${windowSeconds}`];
}
