import { type AddressPool, findAddressPool } from '../domain/forecast/address-pool.ts';
import { shiftMoments } from '../domain/shift-moments.ts';
import type { BucketPoint } from './bucket-samples.ts';

/** The sources that one credential reported lately. */
export interface SourceTrail {
  /** Takes an answer, newer than all before. */
  see(point: BucketPoint): void;
  /** Moves all answers in time, by milliseconds. */
  shift(byMs: number): void;
  /** The newest source; undefined as long as the hub names none. */
  current(): string | undefined;
  /** Those of the last hours, each once. */
  sources(): readonly string[];
  /** The sources it changes between; the same object until they change. */
  pool(): AddressPool | undefined;
}

/** How long a change is remembered, in milliseconds: 6 hours. A machine that stopped changing is no pool any more. */
const REMEMBERED_MS = 6 * 3_600_000;
/** How many changes are remembered at most. */
const MOST_CHANGES = 100;

/** An empty trail. */
export function createSourceTrail(): SourceTrail {
  /** The first answer from each source, each time that it was another than before. */
  let changes: readonly BucketPoint[] = [];
  let pool: AddressPool | undefined;

  return {
    see(point) {
      const newest = changes.at(-1);
      const isChange = point.source !== undefined && point.source !== newest?.source;
      const recent = changes.filter((change) => change === newest || change.at > point.at - REMEMBERED_MS);
      if (!isChange && recent.length === changes.length) return;
      changes = (isChange ? [...recent, point] : recent).slice(-MOST_CHANGES);
      pool = findAddressPool(changes);
    },
    shift(byMs) {
      changes = shiftMoments(changes, byMs);
    },
    current: () => changes.at(-1)?.source,
    sources: () => [...new Set(changes.flatMap(({ source }) => source ?? []))],
    pool: () => pool,
  };
}
