import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { HistoryFileError } from './sql-fault.ts';

/**
 * Sees to it that the history's file can be written where it is configured.
 * @param makesFolder whether a missing folder is made: the default one is, a configured one is more likely a volume that
 * is not mounted, and a history beside it would be lost
 * @throws HistoryFileError
 */
export function prepareHistoryFolder(path: string, makesFolder: boolean): void {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    if (!makesFolder) {
      throw new HistoryFileError(
        `The folder of the history file does not exist: ${folder}. Make it, mount it, or give another history.path`,
      );
    }
    makeFolder(folder);
  }
  if (!statSync(folder).isDirectory()) {
    throw new HistoryFileError(
      `The folder of the history file is not a folder: ${folder}. Give another history.path`,
    );
  }
  // SQLite writes its log beside the file: without the folder even a writable file is of no use.
  requireWritable(folder, 'folder of the history file');
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory())
    throw new HistoryFileError(`The history file is a folder: ${path}. Give another history.path`);
  requireWritable(path, 'history file');
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new HistoryFileError(
      `The folder of the history file cannot be made: ${folder}. Make it, or give another history.path`,
      { cause: error },
    );
  }
}

function requireWritable(path: string, noun: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new HistoryFileError(
      `The ${noun} cannot be written: ${path}. Let the user Headroom runs as write it, or give another history.path`,
      { cause: error },
    );
  }
}

/** Which file lies at a path: its device and inode. Undefined where there is none. */
type FileIdentity = string | undefined;

/** What has become of an open database file: `moved` it was deleted or replaced, `log` only its write-ahead log was. */
type FileChange = 'none' | 'moved' | 'log';

/** Watches whether an open database and its write-ahead log are still those that lie at their paths. */
export interface FileWatch {
  /** Compares; two calls of `stat`. */
  change(): FileChange;
  /**
   * Removes a write-ahead log that belongs to the open file, so that it is not replayed into the one that replaced it.
   * @throws Error of the file system
   */
  removeOwnLog(): void;
}

/** Notes which files an open database consists of now. */
export function watchFile(path: string): FileWatch {
  const logPath = `${path}-wal`;
  const file = identityOf(path);
  // A log that is not there yet is made by the first write.
  let log = identityOf(logPath);
  return {
    change() {
      try {
        if (identityOf(path) !== file) return 'moved';
        const now = identityOf(logPath);
        log ??= now;
        return now === log ? 'none' : 'log';
      } catch {
        // The folder cannot be looked into now; what is open can be written all the same.
        return 'none';
      }
    },
    removeOwnLog() {
      if (log !== undefined && identityOf(logPath) === log) rmSync(logPath, { force: true });
    },
  };
}

function identityOf(path: string): FileIdentity {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats && `${stats.dev}:${stats.ino}`;
}

/** What SQLite keeps beside a database. They belong to it, and are moved with it under the same name. */
const COMPANIONS = ['-wal', '-shm', '-journal'];

/**
 * Moves a damaged database out of the way, to `<path>.damaged-<time>`, so that nothing is lost that could still be
 * rescued.
 * @param now milliseconds since the epoch
 * @returns where it is now
 */
export function setAside(path: string, now: number): string {
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const name = `${path}.damaged-${time}`;
  let target = name;
  for (let n = 2; existsSync(target); n += 1) target = `${name}-${n}`;
  // The log goes first: left behind after a crash it would be played into the new file.
  for (const companion of COMPANIONS) {
    if (existsSync(path + companion)) renameSync(path + companion, target + companion);
  }
  renameSync(path, target);
  return target;
}
