import type { TimeRange } from '../../domain/forecast/refill.ts';
import { formatDuration } from '../../kit/duration.ts';
import type { TextSink } from '../command.ts';

/** Tells somebody who waits how it stands. */
export interface Progress {
  /** Says how it stands: anew on one line at a terminal; elsewhere, such as in a log, only when it has changed. */
  show(words: string, facts: ProgressFacts): void;
  /** Leaves the line that was written last. */
  end(): void;
}

/** What a progress line is made of. */
export interface ProgressFacts {
  readonly pulls: number;
  readonly expected: TimeRange | null;
  /** How long it is still waited, in milliseconds. */
  readonly leftMs: number;
}

/** Goes to the start of the line and clears it (ECMA-48, sections 8.3.15 and 8.3.41). */
const ANEW = '\r\u001b[K';

/** Creates a progress line. */
export function createProgress(sink: TextSink): Progress {
  let last: string | undefined;
  return {
    show(words, { pulls, expected, leftMs }) {
      const line = `Waiting for ${pulls}: ${words}${expected ? `; expected ${rangeWords(expected)}` : ''}`;
      if (sink.isTTY) sink.write(`${ANEW}${line}; ${formatDuration(roundUp(leftMs))} to go`);
      else if (words !== last) sink.write(`${line}\n`);
      last = words;
    },
    end() {
      if (sink.isTTY && last !== undefined) sink.write('\n');
    },
  };
}

/** A range in the time zone of the machine, which is that of its user: `between 14:02 and 14:40`. */
export function rangeWords({ earliest, latest }: TimeRange): string {
  const [from, to] = [clockTime(earliest), clockTime(latest)];
  return from === to ? `at ${from}` : `between ${from} and ${to}`;
}

function clockTime(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(at);
}

function roundUp(durationMs: number): number {
  return Math.max(0, Math.ceil(durationMs / 1_000) * 1_000);
}
