import type { Labels } from '../../domain/history/fleet.ts';
import type { Notes } from '../notes.ts';
import { keyOfLabels } from './instance-labels.ts';

/** Under which labels this Headroom's own series are stored. */
export interface OwnLabels {
  /** Begins with what an earlier process noted. */
  recall(): void;
  /** Takes over the labels under which series of this process were found. */
  found(sets: readonly Labels[]): void;
  /** Those that were found, then those of earlier processes; the newest first. */
  all(): readonly Labels[];
  /** Whether a set is known from an earlier process only. */
  isEarlier(labels: Labels): boolean;
}

const NOTE = 'own-labels';
/** A Headroom that is scraped by more pairs of Prometheus than this, or moved more often, is read from the newest. */
const MOST_SETS = 4;

/** Knows nothing yet. */
export function createOwnLabels(notes: Notes): OwnLabels {
  let own: readonly Labels[] = [];
  let earlier: readonly Labels[] = [];

  function all(): readonly Labels[] {
    const sets = new Map([...own, ...earlier].map((labels) => [keyOfLabels(labels), labels]));
    return [...sets.values()].slice(0, MOST_SETS);
  }

  return {
    recall() {
      const noted = notes.read(NOTE);
      if (Array.isArray(noted) && noted.every(isLabels)) earlier = noted;
    },
    found(sets) {
      if (JSON.stringify(sets) === JSON.stringify(own)) return;
      own = sets;
      notes.write(NOTE, all());
    },
    all,
    isEarlier: (labels) =>
      own.length === 0 && earlier.some((set) => keyOfLabels(set) === keyOfLabels(labels)),
  };
}

function isLabels(value: unknown): value is Labels {
  return Array.isArray(value) && value.every(isPair);
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
