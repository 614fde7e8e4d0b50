import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { UsageRow } from '../domain/spending/usage-row.ts';
import type { UsageStore } from '../domain/spending/usage-store.ts';
import type { Log } from '../kit/log.ts';
import { maskAddress } from '../kit/network-address.ts';
import { NoUsageReportError, readUsageReport } from './read-usage-report.ts';

/** Where the reports are. */
export interface UsageFolderSettings {
  /** The path of the folder. */
  readonly path: string;
  readonly maskAddresses: boolean;
}

/** The dependencies of a usage folder. */
export interface UsageFolderPorts {
  readonly store: Pick<UsageStore, 'add'>;
  /** Remembers which files were read, over restarts. */
  readonly notes: {
    read(key: string): unknown;
    write(key: string, value: unknown): void;
  };
  /** Called after rows of these hours (milliseconds since the epoch) were stored. */
  readonly onImport: (hours: ReadonlySet<number>) => void;
  /** Schedules a callback repeatedly. Returns a function that stops it. */
  readonly every: (intervalMs: number, run: () => void) => () => void;
  readonly log: Log;
}

/** Reads the usage reports in a folder as they arrive. */
export interface UsageFolder {
  /** Starts to watch a folder, or another one; stops with undefined. */
  apply(settings: UsageFolderSettings | undefined): void;
  /** Reads changed files now. Resolves when they are read; concurrent calls share one pass. Never rejects. */
  scan(): Promise<void>;
  /** Stops. A file that is being read is read again after the next start. */
  stop(): Promise<void>;
}

/** How often the folder is listed, in milliseconds. A file is read once it has not changed for this long. */
const SCAN_EVERY_MS = 30_000;
/** How much of a file is read at once, in bytes: rows for some 10 ms of work, between which other work is done. */
const PIECE_BYTES = 128 * 1_024;
/** The key of the list of files that were read. */
const NOTE = 'usage_reports';
/** The most unreadable lines that are named in the log. */
const MAX_NAMED = 10;

/** Creates a folder that is not watched yet. */
export function createUsageFolder(ports: UsageFolderPorts): UsageFolder {
  return new WatchedFolder(ports);
}

class WatchedFolder implements UsageFolder {
  readonly #ports: UsageFolderPorts;
  #settings: UsageFolderSettings | undefined;
  #stopTicking: (() => void) | undefined;
  #stopping = new AbortController();
  #scan: Promise<void> | undefined;
  /** The size and time of each file at the previous pass, by path. */
  #seen = new Map<string, string>();
  #problem: string | undefined;

  constructor(ports: UsageFolderPorts) {
    this.#ports = ports;
  }

  apply(settings: UsageFolderSettings | undefined): void {
    this.#settings = settings;
    if (settings && !this.#stopTicking) {
      this.#stopTicking = this.#ports.every(SCAN_EVERY_MS, () => void this.scan());
      void this.scan();
    } else if (!settings) {
      this.#stopTicking?.();
      this.#stopTicking = undefined;
    }
  }

  scan(): Promise<void> {
    this.#scan ??= this.#readChanged().finally(() => {
      this.#scan = undefined;
    });
    return this.#scan;
  }

  async stop(): Promise<void> {
    this.#stopTicking?.();
    this.#settings = undefined;
    this.#stopping.abort();
    await this.#scan;
  }

  async #readChanged(): Promise<void> {
    const settings = this.#settings;
    if (!settings) return;
    const names = await this.#listReports(settings.path);
    const seen = new Map<string, string>();
    for (const name of names) {
      const path = join(settings.path, name);
      const version = await versionOf(path);
      if (version === undefined) continue;
      seen.set(path, version);
      const isWritten = this.#seen.get(path) === version;
      // Masking changes what is stored of a row, so that files are read again.
      const state = settings.maskAddresses ? `${version} masked` : version;
      if (!isWritten || this.#readFiles()[name] === state || this.#stopping.signal.aborted) continue;
      const isRead = await this.#readFile(path, settings.maskAddresses);
      // A file that has changed meanwhile is read again.
      if (isRead && (await versionOf(path)) === version) this.#remember(name, state, names);
    }
    this.#seen = seen;
  }

  /** Returns the names of the reports in a folder; none if it cannot be listed. */
  async #listReports(path: string): Promise<readonly string[]> {
    try {
      const names = await readdir(path);
      this.#problem = undefined;
      return names.filter((name) => /\.csv$/i.test(name) && !name.startsWith('.')).sort();
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      if (reason !== this.#problem) {
        this.#ports.log.warn('The folder of usage reports cannot be listed; it is tried again', {
          path,
          reason,
        });
      }
      this.#problem = reason;
      return [];
    }
  }

  #readFiles(): Readonly<Record<string, string>> {
    const note = this.#ports.notes.read(NOTE);
    return typeof note === 'object' && note !== null ? (note as Record<string, string>) : {};
  }

  #remember(name: string, state: string, names: readonly string[]): void {
    const kept = Object.entries(this.#readFiles()).filter(([other]) => names.includes(other));
    this.#ports.notes.write(NOTE, { ...Object.fromEntries(kept), [name]: state });
  }

  /** Stores the rows of a file. Returns whether it is done; otherwise it is read again. */
  async #readFile(path: string, isMasked: boolean): Promise<boolean> {
    const { store, onImport, log } = this.#ports;
    const { signal } = this.#stopping;
    const unreadable: number[] = [];
    const hours = new Set<number>();
    let rows = 0;
    try {
      const text = createReadStream(path, { encoding: 'utf8', highWaterMark: PIECE_BYTES, signal });
      for await (const batch of readUsageReport(text)) {
        await eventLoopTurn();
        const stored = isMasked ? batch.rows.map(masked) : batch.rows;
        if (!store.add(stored)) return false;
        rows += stored.length;
        for (const { at } of stored) hours.add(at);
        unreadable.push(...batch.unreadable.map(({ line }) => line));
      }
    } catch (error) {
      if (signal.aborted) return false;
      const reason = error instanceof Error ? error.message : String(error);
      log.warn('A usage report cannot be read', { path, reason });
      return error instanceof NoUsageReportError;
    }
    log.info('A usage report was read', { path, rows });
    if (unreadable.length > 0) {
      log.warn('Rows of a usage report cannot be read and were left out', {
        path,
        rows: unreadable.length,
        lines: unreadable.slice(0, MAX_NAMED).join(' '),
      });
    }
    onImport(hours);
    return true;
  }
}

/** Returns a text that changes when a file does; undefined if it is no file. */
async function versionOf(path: string): Promise<string | undefined> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.isFile() ? `${facts.size} ${facts.mtimeMs} ${facts.ino}` : undefined;
}

function masked(row: UsageRow): UsageRow {
  return { ...row, addresses: [...new Set(row.addresses.map(maskAddress))] };
}
