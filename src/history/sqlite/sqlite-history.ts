import type { AlertStore } from '../../domain/alerts/lifecycle/alert-store.ts';
import type { CredentialIdentity, CredentialState } from '../../domain/credential-state.ts';
import { initialState } from '../../domain/credential-state.ts';
import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import type { SpentHour } from '../../domain/forecast/weekly-profile.ts';
import type { Awaitable, Past } from '../../domain/history/past.ts';
import type {
  HistoryChange,
  HistoryFormat,
  HistorySeries,
  HistorySpan,
  HistorySubject,
  RecentProbes,
} from '../../domain/history/query.ts';
import { type HistoryQuery, LONG_CELL_MS } from '../../domain/history/query.ts';
import type { Observation, Result } from '../../domain/result.ts';
import type { SpendingStore } from '../../domain/spending/spending-store.ts';
import type { UsageStore } from '../../domain/spending/usage-store.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import type { History, KeyValueStore, ResultListener } from '../history.ts';
import { createMemoryHistory } from '../memory-history.ts';
import { createAlertCache } from './alert-cache.ts';
import { changesBetween } from './changes.ts';
import { createFileSpendingStore } from './file-spending-store.ts';
import { createFileAlertStore, createFileKeyValueStore } from './file-stores.ts';
import { createFileUsageStore } from './file-usage-store.ts';
import { retentionFor } from './maintenance.ts';
import {
  answerQuery,
  type PastAnswer,
  type PastQueries,
  type PastQuery,
  type SeriesParameters,
} from './past-queries.ts';
import type { ReaderThread } from './reader-thread.ts';
import { type OpenMode, openSqlDatabase, type SqlDatabase } from './sql-database.ts';
import { parseState } from './state-record.ts';
import { createHistoryWriter, type HistoryWriter, TICK_EVERY_MS } from './writer.ts';

/** Contains the dependencies and settings of a history in a file. */
export interface SqliteHistoryOptions {
  /** Path of the file, which is created if it is missing. */
  readonly path: string;
  /** Whether the folder of the file is created if it is missing. */
  readonly makesFolder: boolean;
  /** How long results and sums are kept, in milliseconds. */
  readonly retentionMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Calls a function at fixed intervals.
   * @returns a function that ends the calls
   */
  readonly every: (intervalMs: number, tick: () => void) => () => void;
  /** The thread that runs the queries. Default: they run in the event loop, and return their result synchronously. */
  readonly reader?: ReaderThread | undefined;
  /** Opens the database. Default: libsql. Tests replace it. */
  readonly openDatabase?: (path: string, mode: OpenMode) => SqlDatabase;
}

/** A history in a file, which a restart reads again. Between `open` and `close` it writes every result that it records. */
export interface SqliteHistory extends History, Past {
  /** The stored state of alerting. Usable from `open` to `close`. */
  readonly alertStore: AlertStore;
  /** Small values in the file. Readable from `open` to `close`. */
  readonly keyValues: KeyValueStore;
  /** Pull attempts in the file. Usable from `open` to `close`. */
  readonly spending: SpendingStore;
  /** Rows of usage reports in the file. Usable from `open` to `close`. */
  readonly usage: UsageStore;
  /**
   * Opens the file, and creates or migrates it if necessary. Before it, nothing is read or written. If the file cannot be
   * opened, it tries again every 10 seconds; until then results and alerts are kept in memory. Never throws.
   */
  open(): void;
  /** Returns why the file cannot be written, and what to do, as a sentence without a full stop; undefined while it can be written. */
  problem(): string | undefined;
  /**
   * Returns the limits and remaining pulls in the results of a credential since `from` (milliseconds since the epoch), oldest
   * first. Results are kept for 7 days. Empty while the file is not open.
   * @throws Error if the file cannot be read
   */
  recentSamples(identity: CredentialIdentity, from: number): Awaitable<readonly SeriesPoint[]>;
  /** The length of an hour, in milliseconds. */
  readonly refreshEveryMs: number;
  /**
   * Returns the pulls spent in each hour since `from` (milliseconds since the epoch) from the bucket of a credential with this
   * source; undefined means that the hub named no source. Hours with several sources, and hours that are not summed up yet, are left out.
   * Empty while the file is not open.
   * @throws Error if the file cannot be read
   */
  hourlySpending(
    identity: CredentialIdentity,
    source: string | undefined,
    from: number,
  ): Awaitable<readonly SpentHour[]>;
  /** Writes a copy of the whole file to a path, where no file exists. Rejects with the error of the database. */
  copyTo(target: string): Promise<void>;
  /** Writes the waiting results and closes the file. Later results are kept in memory only. */
  close(): void;
}

/** Creates a history in an embedded SQLite file. */
export function createSqliteHistory(options: SqliteHistoryOptions): SqliteHistory {
  return new FileHistory(options);
}

/** The most credentials whose results are read for the history of a bucket. All of them see the same bucket. */
const MAX_CREDENTIALS = 10;

class FileHistory implements SqliteHistory {
  readonly alertStore: AlertStore;
  readonly keyValues: KeyValueStore;
  readonly spending: SpendingStore;
  readonly usage: UsageStore;
  readonly refreshEveryMs = LONG_CELL_MS;
  readonly #options: SqliteHistoryOptions;
  readonly #memory: History;
  readonly #writer: HistoryWriter;
  #stopTicking: (() => void) | undefined;

  constructor(options: SqliteHistoryOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#memory = createMemoryHistory({ clock, log, restore: (identity) => this.#restore(identity) });
    const book = createAlertCache();
    this.#writer = createHistoryWriter({
      path: options.path,
      makesFolder: options.makesFolder,
      openDatabase: options.openDatabase ?? openSqlDatabase,
      retention: retentionFor(options.retentionMs),
      isConfigured: ({ name, fingerprint }) => this.#memory.state(name)?.identity.fingerprint === fingerprint,
      stopReaders: () => this.#stopReaders(),
      alerts: book,
      clock,
      log,
    });
    this.alertStore = createFileAlertStore({ cache: book, writer: this.#writer, log });
    this.keyValues = createFileKeyValueStore(this.#writer, log);
    this.spending = createFileSpendingStore({
      writer: this.#writer,
      readSums: (span) => this.#answer({ kind: 'attemptSums', span }),
      log,
    });
    this.usage = createFileUsageStore({
      writer: this.#writer,
      retentionMs: options.retentionMs,
      reader: {
        hours: () => this.#answer({ kind: 'usageHours' }),
        sums: (hourAt) => this.#answer({ kind: 'usageSums', hourAt }),
        days: (span) => this.#answer({ kind: 'usageDays', span }),
      },
      clock,
    });
  }

  open(): void {
    this.#writer.open();
    this.#stopTicking = this.#options.every(TICK_EVERY_MS, () => this.#writer.tick());
  }

  problem(): string | undefined {
    return this.#writer.problem();
  }

  close(): void {
    this.#stopTicking?.();
    this.#writer.close();
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
    this.#writer.add({ result, previousAt, state: after, changes: changesBetween(before, after) });
    return result;
  }

  series(name: string, query: HistoryQuery): Awaitable<HistorySeries | undefined> {
    const parameters = this.#seriesParameters({ kind: 'credential', name }, query);
    return parameters && this.#answer({ kind: 'series', ...parameters });
  }

  bucketSeries(source: string, query: HistoryQuery): Awaitable<HistorySeries | undefined> {
    const parameters = this.#seriesParameters({ kind: 'bucket', name: source }, query);
    return parameters && this.#answer({ kind: 'series', ...parameters });
  }

  seriesText(
    subject: HistorySubject,
    query: HistoryQuery,
    format: HistoryFormat,
  ): Awaitable<string | undefined> {
    const parameters = this.#seriesParameters(subject, query);
    return parameters && this.#answer({ kind: 'seriesText', format, ...parameters });
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
    const credentialId = this.#writer.isClosed() ? undefined : this.#idOf(identity);
    if (credentialId === undefined) return [];
    return this.#answer({ kind: 'recentSamples', credentialId, from, until: this.#options.clock.now() + 1 });
  }

  hourlySpending(
    identity: CredentialIdentity,
    source: string | undefined,
    from: number,
  ): Awaitable<readonly SpentHour[]> {
    const credentialId = this.#writer.isClosed() ? undefined : this.#idOf(identity);
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

  /** Returns what a query for a history needs; undefined if there is no such credential, or no credential with this source. */
  #seriesParameters({ kind, name }: HistorySubject, query: HistoryQuery): SeriesParameters | undefined {
    const { retentionMs, clock } = this.#options;
    const oldestSampleAt = clock.now() - retentionFor(retentionMs).samplesMs;
    if (kind === 'bucket') {
      const members = this.#memory.states().filter(({ known }) => known?.outcome.source?.value === name);
      if (members.length === 0) return undefined;
      const observers = members.slice(0, MAX_CREDENTIALS);
      const credentials = this.#writer.read((file) =>
        observers.flatMap(({ identity }) => file.credentials.find(identity) ?? []),
      );
      return { of: { source: name, credentials }, query, oldestSampleAt };
    }
    const state = this.#memory.state(name);
    if (!state) return undefined;
    // A credential that was never probed has no row yet.
    const unknown = { ...state.identity, id: 0, rolledUntil: 0 };
    const credential = this.#writer.read(({ credentials }) => credentials.find(state.identity)) ?? unknown;
    return { of: { credential }, query, oldestSampleAt };
  }

  /** Returns the row id of a credential; undefined if it was never probed. Waiting results are written first. */
  #idOf(identity: CredentialIdentity): number | undefined {
    return this.#writer.read(({ credentials }) => credentials.find(identity)?.id);
  }

  async copyTo(target: string): Promise<void> {
    // Waiting results are written first.
    this.#writer.read(() => undefined);
    await this.#answer({ kind: 'backup', target });
  }

  #answer<Kind extends keyof PastQueries>(query: PastQuery<Kind>): Awaitable<PastAnswer<Kind>> {
    const { reader } = this.#options;
    if (!reader) return this.#writer.read((file) => answerQuery(file, query));
    return reader.query(query, this.#writer.fileNumber()).catch((error: unknown) => {
      throw this.#writer.handleReadError(error);
    });
  }

  #stopReaders(): boolean {
    const { reader } = this.#options;
    if (!reader?.isRunning()) return true;
    void reader.stop();
    return false;
  }

  #restore(identity: CredentialIdentity): CredentialState {
    const { clock, log } = this.#options;
    if (this.#writer.isClosed()) return initialState(identity);
    try {
      const text = this.#writer.read((file) => file.credentials.state(identity));
      if (text !== undefined) return parseState(text, identity, clock.now());
    } catch (error) {
      log.warn('What was known of a credential cannot be read', { credential: identity.name, error });
    }
    return initialState(identity);
  }
}
