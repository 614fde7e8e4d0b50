import { inTimeOrder, type SeriesPoint } from './series-point.ts';

/** A credential that leaves by several addresses in turn, as behind a NAT pool: it sees one bucket after another. */
export interface AddressPool {
  /** Every source it reported, in the order of first sight. */
  readonly sources: readonly string[];
  /** How often the source differed from the one before. */
  readonly switches: number;
  /** How often it went back to a source that it had left. A mere move never does. */
  readonly revisits: number;
  /** Answers that named a source. */
  readonly answers: number;
}

/** How often a credential must go back to a source it had left before this is called a pool. */
const REVISITS_OF_A_POOL = 2;

/**
 * Recognises a credential behind an address pool, or a machine that changes between IPv4 and IPv6.
 * @returns undefined when the source stayed, or moved for good
 */
export function findAddressPool(points: readonly SeriesPoint[]): AddressPool | undefined {
  const sources: string[] = [];
  const seen = new Set<string>();
  let current: string | undefined;
  let switches = 0;
  let revisits = 0;
  let answers = 0;
  for (const point of inTimeOrder(points)) {
    if (point.kind === 'missed' || point.source === undefined) continue;
    answers += 1;
    if (point.source === current) continue;
    if (current !== undefined) switches += 1;
    if (seen.has(point.source)) revisits += 1;
    else sources.push(point.source);
    seen.add(point.source);
    current = point.source;
  }
  return revisits >= REVISITS_OF_A_POOL ? { sources, switches, revisits, answers } : undefined;
}
