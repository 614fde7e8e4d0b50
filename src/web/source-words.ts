import type { AddressPool } from '../domain/forecast/bucket-series.ts';
import type { Source } from '../domain/rate-limit.ts';
import { formatCount } from '../domain/wording.ts';
import { listNames, toPlainText } from './text-words.ts';

/** Whose bucket it is, in words. */
export interface SourceWords {
  /** `IPv4 address`, `IPv6 prefix`, `account`. */
  readonly kind: string;
  readonly value: string;
  /** Who else draws on the same bucket: `Shared with ci and nat-b`; undefined when nobody does. */
  readonly sharedWith: string | undefined;
  /** `One of 3 that it changes between`; undefined when it keeps to one. */
  readonly changes: string | undefined;
}

/**
 * Describes a source.
 * @param namesOnIt all credentials that report this source, the one described among them
 * @param pool the sources it changes between, if it does
 */
export function describeSource(
  source: Source,
  name: string,
  namesOnIt: readonly string[],
  pool?: AddressPool,
): SourceWords {
  // A thousand credentials can share one address: the first few are looked at, the rest is counted.
  const others = namesOnIt.slice(0, 4).filter((other) => other !== name);
  return {
    kind: kindWords(source),
    value: toPlainText(source.value),
    sharedWith: others.length > 0 ? `Shared with ${listNames(others, namesOnIt.length - 1)}` : undefined,
    changes: pool && `One of ${formatCount(pool.sources.length)} that it changes between`,
  };
}

function kindWords({ kind, value }: Source): string {
  if (kind === 'account') return 'account';
  if (kind === 'ipv4') return 'IPv4 address';
  return value.endsWith('::') ? 'IPv6 prefix' : 'IPv6 address';
}
