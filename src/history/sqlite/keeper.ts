import type { AlertBook } from './alert-book.ts';
import type { HistoryFile } from './history-file.ts';
import { HistoryFileError } from './history-file-error.ts';
import { createHousekeeper, type Housekeeper } from './housekeeper.ts';
import type { Keeping } from './keeping.ts';
import { beginAnew, type OpenPorts, openOrBeginAnew } from './open-or-begin-anew.ts';
import { createResultQueue } from './result-queue.ts';
import { sqlFaultOf } from './sql-fault.ts';
import type { CredentialKey } from './tables/credential-table.ts';
import { type Unwritten, writeResults } from './write-results.ts';

/** What the keeper is given. */
export interface KeeperPorts extends OpenPorts {
  readonly keeping: Keeping;
  /** What of alerting is kept beside the results. */
  readonly alerts: AlertBook;
  /** Whether a credential is one of those that are polled. */
  readonly isConfigured: (key: CredentialKey) => boolean;
}

/** Keeps results and alerts in the file, whatever happens to it. */
export interface Keeper {
  /** @throws HistoryFileError when a person has to do something about it */
  open(): void;
  /** Takes a result; `tick` writes it. */
  add(unwritten: Unwritten): void;
  /** Writes what the book of alerts has waiting, at once; results wait on. While it cannot be written, neither can this. */
  writeAlerts(): void;
  /** Does something else in a transaction, unless the file cannot be written now: then it is passed over. */
  attempt(work: (file: HistoryFile) => void): void;
  /** Writes what is waiting and tidies up a little. To be called every `TICK_EVERY_MS`; never throws. */
  tick(): void;
  /**
   * Reads, after writing what is waiting.
   * @throws HistoryFileError when the file is not open
   * @throws what `look` throws
   */
  read<T>(look: (file: HistoryFile) => T): T;
  /** Writes what is waiting, and lets go of the file. */
  close(): void;
}

/** How long a result waits until it is written, in milliseconds: what a kill may cost at most. */
export const TICK_EVERY_MS = 1_000;
/** How long to wait after a failure to write, in milliseconds: 10 seconds. */
const RETRY_AFTER_MS = 10_000;
/** How long tidying up may hold up everything else in one tick, in milliseconds. One step more may be under way. */
const TIDY_MS = 10;

/** Creates a keeper; nothing happens before `open`. */
export function createKeeper(ports: KeeperPorts): Keeper {
  return new FileKeeper(ports);
}

class FileKeeper implements Keeper {
  readonly #ports: KeeperPorts;
  readonly #queue = createResultQueue();
  #housekeeper: Housekeeper;
  #file: HistoryFile | undefined;
  #isOpen = false;
  /** When writing is tried again after a failure, by the monotonic clock; undefined while it works. */
  #retryAtMs: number | undefined;

  constructor(ports: KeeperPorts) {
    this.#ports = ports;
    this.#housekeeper = createHousekeeper(ports);
  }

  open(): void {
    this.#file = openOrBeginAnew(this.#ports);
    this.#isOpen = true;
    try {
      this.#ports.alerts.load(this.#file);
    } catch (error) {
      if (sqlFaultOf(error) !== 'damaged') throw error;
      this.#replace(error);
    }
  }

  add(unwritten: Unwritten): void {
    this.#queue.add(unwritten);
  }

  writeAlerts(): void {
    if (this.#retryAtMs !== undefined) return;
    const { alerts } = this.#ports;
    const before = this.#file;
    this.#guard((file) => alerts.write(file));
    // A file that turned out to be damaged has been replaced.
    if (this.#file !== before) this.#guard((file) => alerts.write(file));
  }

  attempt(work: (file: HistoryFile) => void): void {
    if (this.#retryAtMs !== undefined) return;
    this.#guard((file) => file.transaction(() => work(file)));
  }

  tick(): void {
    const { clock } = this.#ports;
    if (this.#retryAtMs !== undefined && clock.monotonicMs() < this.#retryAtMs) return;
    if (this.#isOpen && !this.#file) this.#openAgain();
    this.#guard((file) => {
      this.#write(file);
      const startedAtMs = clock.monotonicMs();
      while (this.#housekeeper.step(file, clock.now()) && clock.monotonicMs() - startedAtMs < TIDY_MS);
    });
  }

  read<T>(look: (file: HistoryFile) => T): T {
    if (this.#retryAtMs === undefined) this.#guard((file) => this.#write(file));
    if (!this.#file) throw new HistoryFileError(`The history file is not open: ${this.#ports.path}`);
    try {
      return look(this.#file);
    } catch (error) {
      if (sqlFaultOf(error) === 'damaged') this.#handle(error);
      throw error;
    }
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
    if (this.#retryAtMs === undefined) {
      log.warn('The history cannot be written; results and alerts are kept in memory until it can', {
        path,
        error,
      });
    }
    this.#retryAtMs = clock.monotonicMs() + RETRY_AFTER_MS;
  }

  #recovered(): void {
    const { log, path } = this.#ports;
    if (this.#retryAtMs === undefined) return;
    this.#retryAtMs = undefined;
    log.info('The history is written again', { path, lost: this.#queue.takeLost() });
  }

  #replace(damage: unknown): void {
    this.#file?.close();
    this.#file = undefined;
    this.#housekeeper = createHousekeeper(this.#ports);
    this.#ports.alerts.startAnew();
    try {
      this.#file = beginAnew(this.#ports, damage);
    } catch (error) {
      this.#pause(error);
    }
  }

  #openAgain(): void {
    try {
      this.#file = openOrBeginAnew(this.#ports);
    } catch (error) {
      this.#pause(error);
    }
  }
}
