import type { Labels } from '../../domain/history/fleet.ts';
import type { Result } from '../../domain/result.ts';
import type { KeyValueStore } from '../history.ts';
import type { SeriesLabels } from './query-result.ts';

/** The labels that Headroom gives its families itself: they tell series of one Headroom apart, not Headrooms. */
const OWN_LABELS = ['__name__', 'credential', 'source', 'kind', 'reason'];
/** What every scrape adds: an address says less than a name that somebody has given. The last is taken last. */
const LAST_RESORT = ['job', 'pod', 'instance'];

/** The labels of a series that say which Headroom it is of, in the order of their names. */
export function instanceLabelsOf(labels: SeriesLabels): Labels {
  return Object.entries(labels)
    .filter(([name]) => !OWN_LABELS.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** One text for each set of labels. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(labels);
}

/**
 * Leaves of each set of labels what tells it from the others: the labels that differ, and of `job`, `pod` and
 * `instance` only as many as it takes. A set that is alone keeps what is not of the last resort, if it has any.
 */
export function distinguishingLabels(sets: readonly Labels[]): readonly Labels[] {
  const names = [...new Set(sets.flatMap((labels) => labels.map(([name]) => name)))];
  const telling = sets.length === 1 ? names : names.filter((name) => differs(sets, name));
  const chosen = new Set(telling.filter((name) => !LAST_RESORT.includes(name)));
  for (const name of LAST_RESORT) {
    if (chosen.size > 0 && isUnique(sets, chosen)) break;
    if (telling.includes(name)) chosen.add(name);
  }
  return sets.map((labels) => keepOnly(labels, chosen));
}

function differs(sets: readonly Labels[], name: string): boolean {
  return new Set(sets.map((labels) => labels.find(([other]) => other === name)?.[1])).size > 1;
}

function isUnique(sets: readonly Labels[], names: ReadonlySet<string>): boolean {
  return new Set(sets.map((labels) => labelsKey(keepOnly(labels, names)))).size === sets.length;
}

function keepOnly(labels: Labels, names: ReadonlySet<string>): Labels {
  return labels.filter(([name]) => names.has(name));
}

/** Under which labels this Headroom's own series are stored. */
export interface OwnLabels {
  /** Begins with what an earlier process noted. */
  restore(): void;
  /** Takes over the labels under which series of this process were found. */
  replace(sets: readonly Labels[]): void;
  /** Those that were found, then those of earlier processes; the newest first. */
  all(): readonly Labels[];
  /** Whether a set is known from an earlier process only. */
  isEarlier(labels: Labels): boolean;
}

const STORE_KEY = 'own-labels';
/** A Headroom that is scraped by more pairs of Prometheus than this, or moved more often, is read from the newest. */
const MAX_LABEL_SETS = 4;

/** Knows nothing yet. */
export function createOwnLabels(notes: KeyValueStore): OwnLabels {
  let own: readonly Labels[] = [];
  let earlier: readonly Labels[] = [];

  function all(): readonly Labels[] {
    const sets = new Map([...own, ...earlier].map((labels) => [labelsKey(labels), labels]));
    return [...sets.values()].slice(0, MAX_LABEL_SETS);
  }

  return {
    restore() {
      const noted = notes.read(STORE_KEY);
      if (Array.isArray(noted) && noted.every(isLabels)) earlier = noted;
    },
    replace(sets) {
      if (JSON.stringify(sets) === JSON.stringify(own)) return;
      own = sets;
      notes.write(STORE_KEY, all());
    },
    all,
    isEarlier: (labels) => own.length === 0 && earlier.some((set) => labelsKey(set) === labelsKey(labels)),
  };
}

function isLabels(value: unknown): value is Labels {
  return Array.isArray(value) && value.every(isPair);
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

/** What one poll looks like from outside. */
export interface PollTrace {
  readonly credential: string;
  /** When the probe ended, in milliseconds since the epoch. */
  readonly at: number;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/** Remembers the polls of this process, to find its own series among those of the fleet. */
export interface OwnPolls {
  record(result: Result): void;
  /** Whether this process has made that poll. */
  has(trace: PollTrace): boolean;
}

/** How many polls are remembered: of a thousand credentials those of the last 20 minutes, at a poll a minute. */
const MAX_POLLS = 20_000;
/** VictoriaMetrics stores decimal digits, not the bits of a number: a duration comes back to the nanosecond or so. */
const TOLERANCE_MS = 1e-5;

/**
 * Creates a memory without polls. A duration is measured to less than a microsecond, and the moment is known to the
 * millisecond: two Headrooms do not make the same poll by accident. So no label has to be configured to tell them apart.
 */
export function createOwnPolls(): OwnPolls {
  const durations = new Map<string, number>();
  return {
    record({ credential, at, durationMs }) {
      durations.set(keyOf(credential, at), durationMs);
      const [oldest] = durations.keys();
      if (durations.size > MAX_POLLS && oldest !== undefined) durations.delete(oldest);
    },
    has({ credential, at, durationMs }) {
      const own = durations.get(keyOf(credential, at));
      return own !== undefined && Math.abs(own - durationMs) < TOLERANCE_MS;
    },
  };
}

function keyOf(credential: string, at: number): string {
  return `${Math.round(at)} ${credential}`;
}
