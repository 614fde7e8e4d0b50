/** Small things that are good to know after a restart, and no harm to lose. */
export interface Notes {
  /** What was written last under a key; undefined where nothing is known. */
  read(key: string): unknown;
  /** @param value anything that JSON can say */
  write(key: string, value: unknown): void;
}

/** Notes that last as long as the process. */
export function createMemoryNotes(): Notes {
  const values = new Map<string, unknown>();
  return { read: (key) => values.get(key), write: (key, value) => void values.set(key, value) };
}
