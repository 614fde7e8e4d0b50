import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CredentialIdentity } from '../../../src/domain/credential-state.ts';
import { parseSource } from '../../../src/domain/rate-limit.ts';
import type { Reading } from '../../../src/domain/reading.ts';
import type { OpenMode, SqlDatabase } from '../../../src/history/sqlite/sql-database.ts';
import { createSqliteHistory, type SqliteHistory } from '../../../src/history/sqlite/sqlite-history.ts';
import { createLogRecorder, type LogLine } from '../../domain/log-recorder.ts';
import { anonymous, MINUTE_MS, observation, START_AT } from '../fixtures.ts';

export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const ANONYMOUS = anonymous('anonymous');

/** An answer with so much left of 100 pulls in six hours. */
export function left(
  remaining: number,
  changes: { limit?: number; windowSeconds?: number; source?: string } = {},
): Reading {
  const { limit = 100, windowSeconds = 21_600, source = '192.0.2.1' } = changes;
  return { kind: 'metered', rateLimit: { limit, remaining, windowSeconds }, source: parseSource(source) };
}

/** A folder that is removed when the test has finished. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-history-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A history without a thread: it answers with a value, never with a promise. */
export type HistoryAtOnce = {
  [Key in keyof SqliteHistory]: SqliteHistory[Key] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Exclude<Answer, Promise<unknown>>
    : SqliteHistory[Key];
};

export interface FixtureOptions {
  readonly path?: string;
  readonly retentionMs?: number;
  readonly identities?: readonly CredentialIdentity[];
  /** Milliseconds since the epoch. */
  readonly startAt?: number;
  readonly openDatabase?: (path: string, mode: OpenMode) => SqlDatabase;
}

/** Histories on one file, one after the other, on one clock that stands still until it is moved. */
export function createFixture(options: FixtureOptions = {}) {
  const { path = join(temporaryFolder(), 'headroom.db'), retentionMs = 90 * DAY_MS } = options;
  const { log, lines } = createLogRecorder();
  let now = options.startAt ?? START_AT;
  let ticks: (() => void)[] = [];
  let history = openHistory();

  function openHistory(): HistoryAtOnce {
    ticks = [];
    const created = createSqliteHistory({
      path,
      makesFolder: false,
      retentionMs,
      clock: { now: () => now, monotonicMs: () => now },
      log,
      every(_, tick) {
        ticks.push(tick);
        return () => {
          ticks = ticks.filter((other) => other !== tick);
        };
      },
      ...(options.openDatabase ? { openDatabase: options.openDatabase } : {}),
    });
    created.open();
    created.apply(options.identities ?? [ANONYMOUS]);
    // Without a thread every answer is there at once.
    return created as HistoryAtOnce;
  }

  onTestFinished(() => history.close());
  return {
    path,
    lines: lines as readonly LogLine[],
    history: () => history,
    now: () => now,
    pass(durationMs: number) {
      now += durationMs;
    },
    /** Writes what is waiting, and tidies up until nothing is left to do. */
    tick(times = 1) {
      for (let i = 0; i < times; i += 1) for (const tick of ticks) tick();
    },
    record(reading: Reading, credential = 'anonymous') {
      return history.record(observation(credential, reading, now));
    },
    /** One answer a minute, the first one now. */
    recordMinutes(readings: readonly Reading[], credential = 'anonymous') {
      for (const reading of readings) {
        history.record(observation(credential, reading, now));
        now += MINUTE_MS;
      }
    },
    restart() {
      history.close();
      history = openHistory();
    },
  };
}
