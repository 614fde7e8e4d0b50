import { existsSync, renameSync } from 'node:fs';

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
