import { type FileWatch, prepareHistoryFolder, watchFile } from './database-files.ts';
import type { HistoryFile } from './history-file.ts';
import { type OpenPorts, openOrReplaceDamaged, replaceDamaged } from './history-file.ts';

/** The dependencies of the current file. */
export interface CurrentFilePorts extends OpenPorts {
  /** Whether to create the folder of the file if it does not exist. */
  readonly makesFolder: boolean;
  /** Stops other connections of this process; reports whether there are none left. Default: there are none. */
  readonly stopReaders?: () => boolean;
}

/** The history file that is open now. Another one takes its place if it is damaged, deleted or replaced. */
export interface CurrentFile {
  /** Returns the open file; undefined if none is open. */
  get(): HistoryFile | undefined;
  /** Returns the number of the open file, which grows each time a file is opened. */
  number(): number;
  /**
   * Opens the file at the path.
   * @param lockTimeoutMs how long to wait for the lock of another process, in milliseconds
   * @throws Error if it cannot be opened
   */
  open(lockTimeoutMs: number): HistoryFile;
  /**
   * Closes the file, which is damaged, and opens a new one.
   * @throws Error if it cannot be opened
   */
  replace(damage: unknown): HistoryFile;
  /** Closes a file that was deleted or replaced: data written to it would be lost when the process ends. */
  comparePlace(): void;
  close(): void;
}

/** Creates the current file; none is open before `open()`. */
export function createCurrentFile(ports: CurrentFilePorts): CurrentFile {
  const { path, makesFolder, log, stopReaders } = ports;
  let current: HistoryFile | undefined;
  let fileNumber = 0;
  let place: FileWatch | undefined;
  /** The watch of a file that was deleted or replaced, until another one is open. */
  let leftPlace: FileWatch | undefined;

  function take(file: HistoryFile): HistoryFile {
    current = file;
    fileNumber += 1;
    place = watchFile(path);
    return file;
  }

  function close(): void {
    current?.close();
    current = undefined;
  }

  return {
    get: () => current,
    number: () => fileNumber,
    open(lockTimeoutMs) {
      prepareHistoryFolder(path, makesFolder);
      leftPlace?.removeOwnLog();
      leftPlace = undefined;
      return take(openOrReplaceDamaged(ports, lockTimeoutMs));
    },
    replace(damage) {
      close();
      return take(replaceDamaged(ports, damage));
    },
    comparePlace() {
      const change = place?.change();
      if (change === 'moved') {
        log.warn('The history file was deleted or replaced while in use; a new one is written', { path });
        current?.abandon();
        leftPlace = place;
        current = undefined;
      } else if (change === 'log' && (stopReaders?.() ?? true)) {
        log.warn('The log of the history file was deleted or replaced while in use; a new one is written', {
          path: `${path}-wal`,
        });
        // The content of the deleted log is written to the file.
        close();
      }
    },
    close,
  };
}
