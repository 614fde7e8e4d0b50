import { rmSync, statSync } from 'node:fs';

/** Which file lies at a path: its device and inode. Undefined where there is none. */
type FileIdentity = string | undefined;

/** What has become of an open database file: `moved` it was deleted or replaced, `log` only its write-ahead log was. */
export type PlaceChange = 'none' | 'moved' | 'log';

/** Watches whether an open database and its write-ahead log are still those that lie at their paths. */
export interface FilePlace {
  /** Compares; two calls of `stat`. */
  change(): PlaceChange;
  /**
   * Removes a write-ahead log that belongs to the open file, so that it is not replayed into the one that replaced it.
   * @throws Error of the file system
   */
  removeOwnLog(): void;
}

/** Notes which files an open database consists of now. */
export function noteFilePlace(path: string): FilePlace {
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
