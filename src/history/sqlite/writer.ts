import type { AlertCache } from './alert-cache.ts';
import { type FileWatch, prepareHistoryFolder, watchFile } from './database-files.ts';
import type { HistoryFile } from './history-file.ts';
import { type OpenPorts, openOrReplaceDamaged, replaceDamaged } from './history-file.ts';
import type { Retention } from './maintenance.ts';
import { createMaintenance, type Maintenance } from './maintenance.ts';
import { describeHistoryProblem, HistoryFileError, sqlFaultOf } from './sql-fault.ts';
import type { CredentialKey } from './tables/credential-table.ts';
import { createResultQueue, type UnwrittenResult, writeResults } from './write-results.ts';

/** What the keeper is given. */
export interface HistoryWriterPorts extends OpenPorts {
  /** Whether the file's folder is made if it is not there. */
  readonly makesFolder: boolean;
  readonly retention: Retention;
  /** What of alerting is kept beside the results. */
  readonly alerts: AlertCache;
  /** Whether a credential is one of those that are polled. */
  readonly isConfigured: (key: CredentialKey) => boolean;
  /** Asks other connections of this process to leave the file; reports whether there are none. None by default. */
  readonly stopReaders?: () => boolean;
}

/** Keeps results and alerts in the file, whatever happens to it. */
export interface HistoryWriter {
  /** Opens the file. One that cannot be opened is tried again; until then all is kept in memory. Never throws. */
  open(): void;
  /** Why nothing can be written now, and what to do: a sentence without full stop; undefined while writing works. */
  problem(): string | undefined;
  /** Reports whether there is no file to read from. */
  isClosed(): boolean;
  /** Takes a result; `tick` writes it. */
  add(unwritten: UnwrittenResult): void;
  /** Writes what the book of alerts has waiting, at once; results wait on. While it cannot be written, neither can this. */
  writeAlerts(): void;
  /** Does something else in a transaction, unless the file cannot be written now: then it is passed over. */
  tryWrite(work: (file: HistoryFile) => void): void;
  /** Writes what is waiting and tidies up a little. To be called every `TICK_EVERY_MS`; never throws. */
  tick(): void;
  /**
   * Reads, after writing what is waiting.
   * @throws HistoryFileError when the file is not open, or cannot be read
   * @throws what `look` throws of its own
   */
  read<T>(look: (file: HistoryFile) => T): T;
  /** Which file is open, by counting: another number after each one that was opened. */
  fileNumber(): number;
  /**
   * Takes note of what another connection met when it read the file.
   * @returns the error for the caller
   */
  handleReadError(error: unknown): unknown;
  /** Writes what is waiting, and lets go of the file. */
  close(): void;
}

/** How long a result waits until it is written, in milliseconds: what a kill may cost at most. */
export const TICK_EVERY_MS = 1_000;
/** How long to wait after a failure to write, in milliseconds: 10 seconds. */
const RETRY_AFTER_MS = 10_000;
/** How long a start waits for the process before it to let go of the file, in milliseconds (2 s: a stop takes less). */
const START_LOCK_TIMEOUT_MS = 2_000;
/** How long tidying up may hold up everything else in one tick, in milliseconds. One step more may be under way. */
const MAINTENANCE_BUDGET_MS = 10;

/** Creates a keeper; nothing happens before `open`. */
export function createHistoryWriter(ports: HistoryWriterPorts): HistoryWriter {
  return new FileWriter(ports);
}

class FileWriter implements HistoryWriter {
  readonly #ports: HistoryWriterPorts;
  readonly #queue = createResultQueue();
  #housekeeper: Maintenance;
  #file: HistoryFile | undefined;
  #fileNumber = 0;
  #place: FileWatch | undefined;
  /** Where the file was that was deleted or replaced, until there is another one. */
  #leftPlace: FileWatch | undefined;
  #isOpen = false;
  /** Whether the alerts hold what any file held: what lies in a further one is not theirs. */
  #hasJoined = false;
  /** Undefined while writing works. */
  #trouble: { readonly problem: string; readonly retryAtMs: number } | undefined;

  constructor(ports: HistoryWriterPorts) {
    this.#ports = ports;
    this.#housekeeper = createMaintenance(ports);
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
    // A file that turned out to be damaged has been replaced.
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
        this.#housekeeper.step(file, clock.now()) &&
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

  /** Nothing that goes wrong with the file may harm polling, metrics and pages: they live in memory. */
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

  /** One warning, however long it lasts. */
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

  /** @param patienceMs how long to wait for another process that has it */
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

  /** Goes on with a file. What is known of alerts is written into it, unless it is the first: then it is joined. */
  #take(file: HistoryFile): void {
    const { path, alerts } = this.#ports;
    this.#file = file;
    this.#fileNumber += 1;
    this.#place = watchFile(path);
    this.#housekeeper = createMaintenance(this.#ports);
    if (this.#hasJoined) alerts.markAllUnwritten();
    else alerts.load(file);
    this.#hasJoined = true;
  }

  #replace(damage: unknown): void {
    this.#file?.close();
    this.#file = undefined;
    // A damaged file has nothing to join.
    this.#hasJoined = true;
    try {
      this.#take(replaceDamaged(this.#ports, damage));
    } catch (error) {
      this.#pause(error);
    }
  }

  /** A file that was deleted takes everything that is written into it along when the process ends. */
  #comparePlace(): void {
    const { path, log, stopReaders: haveReadersLeft } = this.#ports;
    const change = this.#place?.change();
    if (change === 'moved') {
      log.warn('The history file was deleted or replaced while in use; it is written anew', { path });
      this.#file?.abandon();
      this.#leftPlace = this.#place;
      this.#file = undefined;
    } else if (change === 'log' && (haveReadersLeft?.() ?? true)) {
      log.warn('The log of the history file was deleted or replaced while in use; it is written anew', {
        path: `${path}-wal`,
      });
      // What the deleted log holds is put into the file.
      this.#file?.close();
      this.#file = undefined;
    }
  }
}
