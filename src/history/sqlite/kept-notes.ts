import type { Log } from '../../kit/log.ts';
import { createMemoryNotes, type Notes } from '../notes.ts';
import type { Keeper } from './writer.ts';

/**
 * Creates notes in the file, and in memory for the time in which it cannot be written. One that is not JSON is left out with
 * a warning.
 */
export function createKeptNotes(keeper: Pick<Keeper, 'read' | 'attempt' | 'isClosed'>, log: Log): Notes {
  const memory = createMemoryNotes();
  return {
    read(key) {
      const written = memory.read(key);
      if (written !== undefined || keeper.isClosed()) return written;
      const text = keeper.read((file) => file.notes.read(key));
      try {
        return text === undefined ? undefined : JSON.parse(text);
      } catch (error) {
        log.warn('A note in the history file cannot be read, and is left out', { note: key, error });
        return undefined;
      }
    },
    write(key, value) {
      memory.write(key, value);
      keeper.attempt((file) => file.notes.write(key, JSON.stringify(value)));
    },
  };
}
