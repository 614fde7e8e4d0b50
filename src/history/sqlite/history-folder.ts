import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { HistoryFileError } from './history-file-error.ts';

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
