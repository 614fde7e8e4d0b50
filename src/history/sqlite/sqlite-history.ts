import type { AlertStore } from '../../domain/alerts/lifecycle/alert-store.ts';
import type { CredentialIdentity, CredentialState } from '../../domain/credential-state.ts';
import { initialState } from '../../domain/credential-state.ts';
import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import type { SpentHour } from '../../domain/forecast/weekly-profile.ts';
import type { Awaitable, Past } from '../../domain/history/past.ts';
import type { HistoryChange, HistorySeries, HistorySpan, RecentProbes } from '../../domain/history/query.ts';
import { type HistoryQuery, LONG_CELL_MS } from '../../domain/history/query.ts';
import type { Observation, Result } from '../../domain/result.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import type { History, KeyValueStore, ResultListener } from '../history.ts';
import { createMemoryHistory } from '../memory-history.ts';
import { createAlertCache } from './alert-cache.ts';
import { changesBetween } from './changes.ts';
import { createFileAlertStore, createFileKeyValueStore } from './file-stores.ts';
import { retentionFor } from './maintenance.ts';
import { answerQuery, type PastAnswer, type PastQueries, type PastQuery } from './past-queries.ts';
import type { ReaderThread } from './reader-thread.ts';
import { type OpenMode, openSqlDatabase, type SqlDatabase } from './sql-database.ts';
import { parseState } from './state-record.ts';
import { createHistoryWriter, type HistoryWriter, TICK_EVERY_MS } from './writer.ts';

/** What a history in a file is given. */
export interface SqliteHistoryOptions {
  /** The file; it is made if it is not there. */
  readonly path: string;
  /** Whether the file's folder is made if it is not there. */
  readonly makesFolder: boolean;
  /** How long anything is kept, in milliseconds. */
  readonly retentionMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Calls again and again.
   * @returns ends it
   */
  readonly every: (intervalMs: number, tick: () => void) => () => void;
  /** Reads the past in a thread; without one it is read in the event loop, and every answer is there at once. */
  readonly reader?: ReaderThread | undefined;
  /** Opens the database: libsql, or a test's in its place. */
  readonly openDatabase?: (path: string, mode: OpenMode) => SqlDatabase;
}

/** A history that outlasts the process. Between `open` and `close` it writes what it records. */
export interface SqliteHistory extends History, Past {
  /** What alerting must not forget; it is there from `open` to `close`. */
  readonly alertStore: AlertStore;
  /** Small values that outlast the process; readable from `open` to `close`. */
  readonly keyValues: KeyValueStore;
  /**
   * Opens the file, and makes or migrates it as needed. Before it, nothing is known and nothing written. A file that cannot
   * be opened is tried again every 10 seconds; until then results and alerts are kept in memory. Never throws.
   */
  open(): void;
  /** Why nothing can be written now, and what to do: a sentence without full stop; undefined while writing works. */
  problem(): string | undefined;
  /**
   * What a credential's results since `from` (milliseconds since the epoch) said of its limit, in the order of time;
   * results are kept for 7 days. Empty while the file is not open.
   * @throws Error when they cannot be read
   */
  recentSamples(identity: CredentialIdentity, from: number): Awaitable<readonly SeriesPoint[]>;
  /** An hour, in milliseconds: that is what the past grows by. */
  readonly refreshEveryMs: number;
  /**
   * What was spent in each hour since `from` (milliseconds since the epoch) of the bucket that a credential had with this
   * source, undefined where the hub named none. Hours with several sources, and those not summed up yet, are not there. Empty while
   * the file is not open.
   * @throws Error when they cannot be read
   */
  hourlySpending(
    identity: CredentialIdentity,
    source: string | undefined,
    from: number,
  ): Awaitable<readonly SpentHour[]>;
  /** Writes what is waiting, and lets go of the file. Results that come later are kept in memory only. */
  close(): void;
}

/** A history in an embedded SQLite file. */
export function createSqliteHistory(options: SqliteHistoryOptions): SqliteHistory {
  return new FileHistory(options);
}

/** How many credentials tell the past of a bucket at most: all see the same, and a thousand would take long to read. */
const MAX_CREDENTIALS = 10;

class FileHistory implements SqliteHistory {
  readonly alertStore: AlertStore;
  readonly keyValues: KeyValueStore;
  readonly refreshEveryMs = LONG_CELL_MS;
  readonly #options: SqliteHistoryOptions;
  readonly #memory: History;
  readonly #keeper: HistoryWriter;
  #stopTicking: (() => void) | undefined;

  constructor(options: SqliteHistoryOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#memory = createMemoryHistory({ clock, log, restore: (identity) => this.#recall(identity) });
    const book = createAlertCache();
    this.#keeper = createHistoryWriter({
      path: options.path,
      makesFolder: options.makesFolder,
      openDatabase: options.openDatabase ?? openSqlDatabase,
      retention: retentionFor(options.retentionMs),
      isConfigured: ({ name, fingerprint }) => this.#memory.state(name)?.identity.fingerprint === fingerprint,
      stopReaders: () => this.#haveReadersLeft(),
      alerts: book,
      clock,
      log,
    });
    this.alertStore = createFileAlertStore({ cache: book, writer: this.#keeper, log });
    this.keyValues = createFileKeyValueStore(this.#keeper, log);
  }

  open(): void {
    this.#keeper.open();
    this.#stopTicking = this.#options.every(TICK_EVERY_MS, () => this.#keeper.tick());
  }

  problem(): string | undefined {
    return this.#keeper.problem();
  }

  close(): void {
    this.#stopTicking?.();
    this.#keeper.close();
  }

  apply(identities: readonly CredentialIdentity[]): void {
    this.#memory.apply(identities);
  }

  record(observation: Observation): Result | undefined {
    const before = this.#memory.state(observation.credential);
    const result = this.#memory.record(observation);
    const after = this.#memory.state(observation.credential);
    if (!result || !before || !after) return undefined;
    // Counted from the start of the process: only then is the result before one of this clock.
    const previousAt = before.polls > 0 ? before.latest?.at : undefined;
    this.#keeper.add({ result, previousAt, state: after, changes: changesBetween(before, after) });
    return result;
  }

  series(name: string, query: HistoryQuery): Awaitable<HistorySeries | undefined> {
    const state = this.#memory.state(name);
    if (!state) return undefined;
    // One that was never probed has no row yet.
    const unknown = { ...state.identity, id: 0, rolledUntil: 0 };
    const credential = this.#keeper.read(({ credentials }) => credentials.find(state.identity)) ?? unknown;
    return this.#answer({ kind: 'series', credential, query, oldestSampleAt: this.#oldestSampleAt() });
  }

  bucketSeries(source: string, query: HistoryQuery): Awaitable<HistorySeries | undefined> {
    const members = this.#memory.states().filter(({ known }) => known?.outcome.source?.value === source);
    if (members.length === 0) return undefined;
    const tellers = members.slice(0, MAX_CREDENTIALS);
    const credentials = this.#keeper.read((file) =>
      tellers.flatMap(({ identity }) => file.credentials.find(identity) ?? []),
    );
    const oldestSampleAt = this.#oldestSampleAt();
    return this.#answer({ kind: 'bucketSeries', source, credentials, query, oldestSampleAt });
  }

  changes(name: string, span: HistorySpan): Awaitable<readonly HistoryChange[] | undefined> {
    const state = this.#memory.state(name);
    if (!state) return undefined;
    const credentialId = this.#idOf(state.identity);
    return credentialId === undefined ? [] : this.#answer({ kind: 'changes', credentialId, span });
  }

  recentProbes(name: string): Awaitable<RecentProbes | undefined> {
    const state = this.#memory.state(name);
    if (!state) return undefined;
    const credentialId = this.#idOf(state.identity);
    if (credentialId === undefined) return { newest: [], failures: [] };
    return this.#answer({ kind: 'recentProbes', credentialId, until: this.#options.clock.now() });
  }

  recentSamples(identity: CredentialIdentity, from: number): Awaitable<readonly SeriesPoint[]> {
    const credentialId = this.#keeper.isClosed() ? undefined : this.#idOf(identity);
    if (credentialId === undefined) return [];
    return this.#answer({ kind: 'recentSamples', credentialId, from, until: this.#options.clock.now() + 1 });
  }

  hourlySpending(
    identity: CredentialIdentity,
    source: string | undefined,
    from: number,
  ): Awaitable<readonly SpentHour[]> {
    const credentialId = this.#keeper.isClosed() ? undefined : this.#idOf(identity);
    if (credentialId === undefined) return [];
    return this.#answer({ kind: 'hourlySpending', credentialId, source, from });
  }

  clockJumped(byMs: number): void {
    this.#memory.clockJumped(byMs);
  }

  states(): readonly CredentialState[] {
    return this.#memory.states();
  }

  state(name: string): CredentialState | undefined {
    return this.#memory.state(name);
  }

  version(): number {
    return this.#memory.version();
  }

  subscribe(listener: ResultListener): () => void {
    return this.#memory.subscribe(listener);
  }

  /** Undefined for one that was never probed. What waits is written first. */
  #idOf(identity: CredentialIdentity): number | undefined {
    return this.#keeper.read(({ credentials }) => credentials.find(identity)?.id);
  }

  #answer<Kind extends keyof PastQueries>(question: PastQuery<Kind>): Awaitable<PastAnswer<Kind>> {
    const { reader } = this.#options;
    if (!reader) return this.#keeper.read((file) => answerQuery(file, question));
    return reader.query(question, this.#keeper.fileNumber()).catch((error: unknown) => {
      throw this.#keeper.handleReadError(error);
    });
  }

  #haveReadersLeft(): boolean {
    const { reader } = this.#options;
    if (!reader?.isRunning()) return true;
    void reader.stop();
    return false;
  }

  #oldestSampleAt(): number {
    const { retentionMs, clock } = this.#options;
    return clock.now() - retentionFor(retentionMs).samplesMs;
  }

  #recall(identity: CredentialIdentity): CredentialState {
    const { clock, log } = this.#options;
    if (this.#keeper.isClosed()) return initialState(identity);
    try {
      const text = this.#keeper.read((file) => file.credentials.state(identity));
      if (text !== undefined) return parseState(text, identity, clock.now());
    } catch (error) {
      log.warn('What was known of a credential cannot be read', { credential: identity.name, error });
    }
    return initialState(identity);
  }
}
