import type { AlertCache } from './alert-cache.ts';
import { type CurrentFile, type CurrentFilePorts, createCurrentFile } from './current-file.ts';
import type { HistoryFile } from './history-file.ts';
import type { Retention } from './maintenance.ts';
import { createMaintenance, type Maintenance } from './maintenance.ts';
import { describeHistoryProblem, HistoryFileError, sqlFaultOf } from './sql-fault.ts';
import type { CredentialKey } from './tables/credential-table.ts';
import { createWritePause, type WritePause } from './write-pause.ts';
import { createResultQueue, type UnwrittenResult, writeResults } from './write-results.ts';

/** The dependencies of the writer. */
export interface HistoryWriterPorts extends CurrentFilePorts {
  readonly retention: Retention;
  /** Documents and events of alerting, which are written to the same file. */
  readonly alerts: AlertCache;
  /** Reports whether a credential is configured. */
  readonly isConfigured: (key: CredentialKey) => boolean;
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
  /** Performs other work in a transaction; skips it if the file cannot be written now. Reports whether it was written. */
  tryWrite(work: (file: HistoryFile) => void): boolean;
  /** Writes pending data and performs some maintenance. Call it every `TICK_EVERY_MS`; never throws. */
  tick(): void;
  /**
   * Writes pending data, then reads.
   * @throws HistoryFileError if the file is not open, or cannot be read
   * @throws other errors of `read`
   */
  read<T>(read: (file: HistoryFile) => T): T;
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
  readonly #current: CurrentFile;
  readonly #pause: WritePause;
  #maintenance: Maintenance;
  #isOpen = false;
  /** Whether alerts have been loaded from a file; those of another file are not loaded. */
  #hasJoined = false;

  constructor(ports: HistoryWriterPorts) {
    const { path, clock, log } = ports;
    this.#ports = ports;
    this.#current = createCurrentFile(ports);
    this.#pause = createWritePause({ path, clock, log, takeLostCount: () => this.#queue.takeLostCount() });
    this.#maintenance = createMaintenance(ports);
  }

  open(): void {
    this.#isOpen = true;
    this.#openFile(START_LOCK_TIMEOUT_MS);
  }

  problem(): string | undefined {
    return this.#pause.problem();
  }

  isClosed(): boolean {
    return this.#current.get() === undefined;
  }

  add(unwritten: UnwrittenResult): void {
    this.#queue.add(unwritten);
  }

  writeAlerts(): void {
    if (this.#pause.problem()) return;
    const { alerts } = this.#ports;
    const before = this.#current.get();
    this.#guard((file) => alerts.write(file));
    // A damaged file has been replaced; write to the new one.
    if (this.#current.get() !== before) this.#guard((file) => alerts.write(file));
  }

  tryWrite(work: (file: HistoryFile) => void): boolean {
    if (this.#pause.problem()) return false;
    return this.#guard((file) => file.transaction(() => work(file)));
  }

  tick(): void {
    const { clock } = this.#ports;
    if (this.#pause.isWaiting()) return;
    if (this.#current.get()) this.#current.comparePlace();
    if (this.#isOpen && !this.#current.get()) this.#openFile(0);
    this.#guard((file) => {
      this.#write(file);
      const startedAtMs = clock.monotonicMs();
      while (
        this.#maintenance.step(file, clock.now()) &&
        clock.monotonicMs() - startedAtMs < MAINTENANCE_BUDGET_MS
      );
    });
  }

  read<T>(read: (file: HistoryFile) => T): T {
    const { path } = this.#ports;
    if (!this.#pause.problem()) this.#guard((file) => this.#write(file));
    const file = this.#current.get();
    if (!file) throw new HistoryFileError(this.#pause.problem() ?? `The history file is not open: ${path}`);
    try {
      return read(file);
    } catch (error) {
      throw this.handleReadError(error);
    }
  }

  fileNumber(): number {
    return this.#current.number();
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
    this.#current.close();
  }

  #write(file: HistoryFile): void {
    this.#ports.alerts.write(file);
    while (this.#queue.length > 0) {
      const batch = this.#queue.next();
      writeResults(file, batch);
      this.#queue.drop(batch.length);
    }
  }

  /** Handles all errors of the file: they must not affect polling, metrics and pages. Reports whether there was none. */
  #guard(work: (file: HistoryFile) => void): boolean {
    const file = this.#current.get();
    if (!file) return false;
    try {
      work(file);
      this.#pause.end();
      return true;
    } catch (error) {
      this.#handle(error);
      return false;
    }
  }

  #handle(error: unknown): void {
    if (sqlFaultOf(error) === 'damaged') this.#replace(error);
    else this.#pause.start(error);
  }

  /** @param lockTimeoutMs how long to wait for the lock of another process, in milliseconds */
  #openFile(lockTimeoutMs: number): void {
    try {
      this.#use(this.#current.open(lockTimeoutMs));
    } catch (error) {
      this.#handle(error);
    }
  }

  /** Uses a file. Alerts are loaded from the first file, and written to each further one. */
  #use(file: HistoryFile): void {
    const { alerts } = this.#ports;
    this.#maintenance = createMaintenance(this.#ports);
    if (this.#hasJoined) alerts.markAllUnwritten();
    else alerts.load(file);
    this.#hasJoined = true;
  }

  #replace(damage: unknown): void {
    // Nothing is loaded from a damaged file.
    this.#hasJoined = true;
    try {
      this.#use(this.#current.replace(damage));
    } catch (error) {
      this.#pause.start(error);
    }
  }
}
