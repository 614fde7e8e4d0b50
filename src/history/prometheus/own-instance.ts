import type { Labels } from '../../domain/history/fleet.ts';
import type { Result } from '../../domain/result.ts';
import type { KeyValueStore } from '../history.ts';
import type { SeriesLabels } from './query-result.ts';

/** Labels that Headroom sets itself: they distinguish series of one instance, not instances. */
const OWN_LABELS = ['__name__', 'credential', 'source', 'kind', 'reason'];
/** Labels that every scrape adds. They are used only if other labels do not suffice, in this order. */
const LAST_RESORT = ['job', 'pod', 'instance'];

/** Returns the labels of a series that identify its instance, sorted by name. */
export function instanceLabelsOf(labels: SeriesLabels): Labels {
  return Object.entries(labels)
    .filter(([name]) => !OWN_LABELS.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Returns a key that is unique for a set of labels. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(labels);
}

/**
 * Reduces each set of labels to those that distinguish it from the others: labels with different values, and of `job`,
 * `pod` and `instance` only as many as needed. A single set keeps its labels other than these three, if it has any.
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

/** The label sets of this instance's series. */
export interface OwnLabels {
  /** Loads the label sets that an earlier process has stored. */
  restore(): void;
  /** Sets the label sets under which series of this process were found, and stores them. Reports whether they changed. */
  replace(sets: readonly Labels[]): boolean;
  /** Returns at most 4 label sets: those of this process, then those of earlier processes. */
  all(): readonly Labels[];
  /** Reports whether a set is this instance's: one of this process or, until such a set is found, of an earlier process. */
  has(labels: Labels): boolean;
}

const STORE_KEY = 'own-labels';
/** The maximum number of label sets; the newest are kept. */
const MAX_LABEL_SETS = 4;

/** Creates an empty list of label sets. */
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
      if (JSON.stringify(sets) === JSON.stringify(own)) return false;
      own = sets;
      notes.write(STORE_KEY, all());
      return true;
    },
    all,
    has: (labels) => (own.length > 0 ? own : earlier).some((set) => labelsKey(set) === labelsKey(labels)),
  };
}

function isLabels(value: unknown): value is Labels {
  return Array.isArray(value) && value.every(isPair);
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

/** The time and duration of a poll, which identify it in its metrics. */
export interface PollTrace {
  readonly credential: string;
  /** The end of the probe, in milliseconds since the epoch. */
  readonly at: number;
  /** The duration in milliseconds. */
  readonly durationMs: number;
}

/** The polls of this process, which identify its own series among those of the fleet. */
export interface OwnPolls {
  record(result: Result): void;
  /** Reports whether this process has made a poll. */
  has(trace: PollTrace): boolean;
}

/** The maximum number of stored polls: 20 minutes of 1,000 credentials with one poll per minute. */
const MAX_POLLS = 20_000;
/** The tolerance of durations: VictoriaMetrics stores decimal digits, so that a duration is exact to about a nanosecond. */
const TOLERANCE_MS = 1e-5;

/**
 * Creates an empty list of polls. Time (1 ms) and duration (below 1 µs) identify a poll, so that no label has to be
 * configured to distinguish instances.
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
