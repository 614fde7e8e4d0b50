import type { Alert } from '../../domain/alerts/alert.ts';
import type { AlertEvent } from '../../domain/alerts/lifecycle/alert-event.ts';
import type { HistoryChange, HistorySeries } from '../../domain/history/query.ts';
import { countNoun, formatCount, spanWords } from '../../domain/wording.ts';
import { toPlainText } from '../text-words.ts';

/** Something that happened at one moment, marked on the chart and listed below it. */
export interface ChartNote {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: HistoryChange['kind'] | 'alert';
  /** `Limit 100 → 200`. */
  readonly words: string;
}

/** More changes of one kind than this are told as one: a credential behind an address pool changes all the time. */
const MOST_OF_A_KIND = 8;
/** The longest source in a note, in characters. */
const SOURCE_LENGTH = 60;

/** Puts changes into words, in the order of time. */
export function toNotes(changes: readonly HistoryChange[]): ChartNote[] {
  const kinds = ['limit', 'window', 'source'] as const;
  return kinds
    .flatMap((kind) => {
      const own = changes.filter((change) => change.kind === kind);
      const notes = own.slice(-MOST_OF_A_KIND).map(toNote);
      const [first] = notes;
      if (!first || own.length === notes.length) return notes;
      const earlier = formatCount(own.length - notes.length);
      return [{ ...first, words: `${first.words}, and ${earlier} changes before` }, ...notes.slice(1)];
    })
    .sort((a, b) => a.at - b.at);
}

/** When alerts fired, the newest of them, and how long each lasted where that is known. */
export function toAlertNotes(events: readonly AlertEvent[], isAbout: (alert: Alert) => boolean): ChartNote[] {
  const notes: (ChartNote & { readonly fingerprint: string })[] = [];
  for (const event of events) {
    if ((event.kind !== 'firing' && event.kind !== 'resolved') || !isAbout(event.alert)) continue;
    const { fingerprint, rule } = event.alert;
    const fired = notes.findLastIndex((note) => note.fingerprint === fingerprint);
    const note = notes[fired];
    if (event.kind === 'firing')
      notes.push({ at: event.at, kind: 'alert', words: `${rule} fired`, fingerprint });
    else if (note)
      notes[fired] = { ...note, words: `${note.words}, resolved after ${lastingWords(event.at - note.at)}` };
  }
  return notes.slice(-MOST_OF_A_KIND).map(({ fingerprint: _, ...note }) => note);
}

/** No finer than a person cares for: seconds, then minutes, then hours. */
function lastingWords(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1_000));
  if (seconds < 120) return countNoun(seconds, 'second');
  return seconds < 7_200
    ? countNoun(Math.round(seconds / 60), 'minute')
    : countNoun(Math.round(seconds / 3_600), 'hour');
}

/** The changes of limit and window that a history shows by itself, where nobody kept them one by one. */
export function changesIn({ points }: HistorySeries): HistoryChange[] {
  const changes: HistoryChange[] = [];
  const newest: { limit: number | null; window: number | null } = { limit: null, window: null };
  for (const { at, limit, windowSeconds } of points) {
    for (const [kind, to] of [
      ['limit', limit],
      ['window', windowSeconds],
    ] as const) {
      const from = newest[kind];
      if (to === null) continue;
      if (from !== null && from !== to) changes.push({ kind, at, from, to });
      newest[kind] = to;
    }
  }
  return changes;
}

function toNote(change: HistoryChange): ChartNote {
  const { at, kind } = change;
  switch (kind) {
    case 'limit':
      return { at, kind, words: `Limit ${formatCount(change.from)} → ${formatCount(change.to)}` };
    case 'window':
      return { at, kind, words: `Window ${spanWords(change.from)} → ${spanWords(change.to)}` };
    case 'source': {
      const [from, to] = [change.from, change.to].map((source) => toPlainText(source, SOURCE_LENGTH));
      return { at, kind, words: `Source ${from} → ${to}` };
    }
  }
}
