import type { AlertCache } from './alert-cache.ts';
import { type FileWatch, prepareHistoryFolder, watchFile } from './database-files.ts';
import type { HistoryFile } from './history-file.ts';
import { type OpenPorts, openOrReplaceDamaged, replaceDamaged } from './history-file.ts';
import type { Retention } from './maintenance.ts';
import { createMaintenance, type Maintenance } from './maintenance.ts';
import { describeHistoryProblem, HistoryFileError, sqlFaultOf } from './sql-fault.ts';
import type { CredentialKey } from './tables/credential-table.ts';
import { createResultQueue, type UnwrittenResult, writeResults } from './write-results.ts';

/** The dependencies of the writer. */
export interface HistoryWriterPorts extends OpenPorts {
  /** Whether to create the folder of the file if it does not exist. */
  readonly makesFolder: boolean;
  readonly retention: Retention;
  /** Documents and events of alerting, which are written to the same file. */
  readonly alerts: AlertCache;
  /** Reports whether a credential is configured. */
  readonly isConfigured: (key: CredentialKey) => boolean;
  /** Stops other connections of this process; reports whether there are none left. Default: there are none. */
  readonly stopReaders?: () => boolean;
}

/** Writes results and alerts to the history file, and recovers from errors of the file and the disk. */
export interface HistoryWriter {
  /** Opens the file; retries later if that fails, and keeps data in memory until then. Never throws. */
  open(): void;
  /** Returns why nothing can be written now, and what to do: a sentence without a full stop; undefined while writing works. */
  problem(): string | undefined;
  /** Reports whether no file is open. */
  isClosed(): boolean;
  /** Queues a result; `tick()` writes it. */
  add(unwritten: UnwrittenResult): void;
  /** Writes pending documents and events of alerting at once, unless writing fails now; results stay queued. */
  writeAlerts(): void;
  /** Performs other work in a transaction; skips it if the file cannot be written now. */
  tryWrite(work: (file: HistoryFile) => void): void;
  /** Writes pending data and performs some maintenance. Call it every `TICK_EVERY_MS`; never throws. */
  tick(): void;
  /**
   * Writes pending data, then reads.
   * @throws HistoryFileError if the file is not open, or cannot be read
   * @throws other errors of `look`
   */
  read<T>(look: (file: HistoryFile) => T): T;
  /** Returns the number of the open file, which grows each time a file is opened. */
  fileNumber(): number;
  /**
   * Handles an error of another connection that read the file.
   * @returns the error to throw
   */
  handleReadError(error: unknown): unknown;
  /** Writes pending data and closes the file. */
  close(): void;
}

/** The interval of writes in milliseconds: the most that is lost if the process is killed. */
export const TICK_EVERY_MS = 1_000;
/** The delay after a failed write, in milliseconds. */
const RETRY_AFTER_MS = 10_000;
/** How long a start waits for the lock of the previous process, in milliseconds: 2 s, longer than a stop takes. */
const START_LOCK_TIMEOUT_MS = 2_000;
/** The time for maintenance per tick, in milliseconds; the last step may exceed it. */
const MAINTENANCE_BUDGET_MS = 10;

/** Creates a writer; no file is opened before `open()`. */
export function createHistoryWriter(ports: HistoryWriterPorts): HistoryWriter {
  return new FileWriter(ports);
}

class FileWriter implements HistoryWriter {
  readonly #ports: HistoryWriterPorts;
  readonly #queue = createResultQueue();
  #maintenance: Maintenance;
  #file: HistoryFile | undefined;
  #fileNumber = 0;
  #place: FileWatch | undefined;
  /** The watch of a file that was deleted or replaced, until another one is open. */
  #leftPlace: FileWatch | undefined;
  #isOpen = false;
  /** Whether alerts have been loaded from a file; those of another file are not loaded. */
  #hasJoined = false;
  /** Undefined while writing works. */
  #trouble: { readonly problem: string; readonly retryAtMs: number } | undefined;

  constructor(ports: HistoryWriterPorts) {
    this.#ports = ports;
    this.#maintenance = createMaintenance(ports);
  }

  open(): void {
    this.#isOpen = true;
    this.#openFile(START_LOCK_TIMEOUT_MS);
  }

  problem(): string | undefined {
    return this.#trouble?.problem;
  }

  isClosed(): boolean {
    return this.#file === undefined;
  }

  add(unwritten: UnwrittenResult): void {
    this.#queue.add(unwritten);
  }

  writeAlerts(): void {
    if (this.#trouble) return;
    const { alerts } = this.#ports;
    const before = this.#file;
    this.#guard((file) => alerts.write(file));
    // A damaged file has been replaced; write to the new one.
    if (this.#file !== before) this.#guard((file) => alerts.write(file));
  }

  tryWrite(work: (file: HistoryFile) => void): void {
    if (this.#trouble) return;
    this.#guard((file) => file.transaction(() => work(file)));
  }

  tick(): void {
    const { clock } = this.#ports;
    if (this.#trouble && clock.monotonicMs() < this.#trouble.retryAtMs) return;
    if (this.#file) this.#comparePlace();
    if (this.#isOpen && !this.#file) this.#openFile(0);
    this.#guard((file) => {
      this.#write(file);
      const startedAtMs = clock.monotonicMs();
      while (
        this.#maintenance.step(file, clock.now()) &&
        clock.monotonicMs() - startedAtMs < MAINTENANCE_BUDGET_MS
      );
    });
  }

  read<T>(look: (file: HistoryFile) => T): T {
    const { path } = this.#ports;
    if (!this.#trouble) this.#guard((file) => this.#write(file));
    if (!this.#file)
      throw new HistoryFileError(this.#trouble?.problem ?? `The history file is not open: ${path}`);
    try {
      return look(this.#file);
    } catch (error) {
      throw this.handleReadError(error);
    }
  }

  fileNumber(): number {
    return this.#fileNumber;
  }

  handleReadError(error: unknown): unknown {
    const fault = sqlFaultOf(error);
    if (fault === 'damaged') this.#handle(error);
    if (fault === 'other') return error;
    return new HistoryFileError(describeHistoryProblem(error, this.#ports.path), { cause: error });
  }

  close(): void {
    this.#guard((file) => this.#write(file));
    this.#isOpen = false;
    this.#file?.close();
    this.#file = undefined;
  }

  #write(file: HistoryFile): void {
    this.#ports.alerts.write(file);
    while (this.#queue.length > 0) {
      const batch = this.#queue.next();
      writeResults(file, batch);
      this.#queue.drop(batch.length);
    }
  }

  /** Handles all errors of the file: they must not affect polling, metrics and pages. */
  #guard(work: (file: HistoryFile) => void): void {
    if (!this.#file) return;
    try {
      work(this.#file);
      this.#recovered();
    } catch (error) {
      this.#handle(error);
    }
  }

  #handle(error: unknown): void {
    if (sqlFaultOf(error) === 'damaged') this.#replace(error);
    else this.#pause(error);
  }

  /** Stores the problem and the time of the next attempt; logs one warning. */
  #pause(error: unknown): void {
    const { clock, log, path } = this.#ports;
    const problem = describeHistoryProblem(error, path);
    if (!this.#trouble) {
      log.warn('The history cannot be written; results and alerts are kept in memory until it can', {
        path,
        problem,
        error,
      });
    }
    this.#trouble = { problem, retryAtMs: clock.monotonicMs() + RETRY_AFTER_MS };
  }

  #recovered(): void {
    const { log, path } = this.#ports;
    if (!this.#trouble) return;
    this.#trouble = undefined;
    log.info('The history is written again', { path, lost: this.#queue.takeLostCount() });
  }

  /** @param patienceMs how long to wait for the lock of another process, in milliseconds */
  #openFile(patienceMs: number): void {
    const { path, makesFolder } = this.#ports;
    try {
      prepareHistoryFolder(path, makesFolder);
      this.#leftPlace?.removeOwnLog();
      this.#leftPlace = undefined;
      this.#take(openOrReplaceDamaged(this.#ports, patienceMs));
    } catch (error) {
      this.#handle(error);
    }
  }

  /** Uses a file. Alerts are loaded from the first file, and written to each further one. */
  #take(file: HistoryFile): void {
    const { path, alerts } = this.#ports;
    this.#file = file;
    this.#fileNumber += 1;
    this.#place = watchFile(path);
    this.#maintenance = createMaintenance(this.#ports);
    if (this.#hasJoined) alerts.markAllUnwritten();
    else alerts.load(file);
    this.#hasJoined = true;
  }

  #replace(damage: unknown): void {
    this.#file?.close();
    this.#file = undefined;
    // Nothing is loaded from a damaged file.
    this.#hasJoined = true;
    try {
      this.#take(replaceDamaged(this.#ports, damage));
    } catch (error) {
      this.#pause(error);
    }
  }

  /** Closes a file that was deleted or replaced: data written to it would be lost when the process ends. */
  #comparePlace(): void {
    const { path, log, stopReaders: haveReadersLeft } = this.#ports;
    const change = this.#place?.change();
    if (change === 'moved') {
      log.warn('The history file was deleted or replaced while in use; a new one is written', { path });
      this.#file?.abandon();
      this.#leftPlace = this.#place;
      this.#file = undefined;
    } else if (change === 'log' && (haveReadersLeft?.() ?? true)) {
      log.warn('The log of the history file was deleted or replaced while in use; a new one is written', {
        path: `${path}-wal`,
      });
      // The content of the deleted log is written to the file.
      this.#file?.close();
      this.#file = undefined;
    }
  }
}
