import { createHmac, randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Clock, Timers } from '../kit/clock.ts';
import {
  codeOf,
  createPrivateFile,
  preparePrivateFolder,
  readOrCreateKey,
  writePrivateFile,
} from '../kit/private-file.ts';
import {
  type HoldEntry,
  holdEntryText,
  judgeHoldEntry,
  readHoldEntry,
  removeHoldEntry,
} from './hold-entry.ts';
import { type HoldStore, holdLeftMs, type ReleaseClaim, type StoredHold } from './lockout.ts';

/** Configures a store of holds in a folder. */
export interface HoldFolderOptions {
  /** Path of the folder. Undefined if the user has no cache folder: then nothing is stored. */
  readonly path: string | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Called at most once, with the reason why a rejection cannot be stored, or why a stored one is not used. */
  readonly onProblem: (reason: string) => void;
}

/** How often a process reads the claim of another process that it waits for, in milliseconds. */
const READ_EVERY_MS = 50;
/** How many files one sweep examines at most. */
const MAX_SWEPT = 1_000;
const FILE_NAME = /^login-[0-9a-f]{32}\.json(?:\.[0-9a-f]{12}\.tmp)?$/;

/**
 * Returns Headroom's folder in the user's cache (XDG Base Directory Specification): `$XDG_CACHE_HOME/headroom`, or
 * `~/.cache/headroom`.
 * @returns undefined if neither `XDG_CACHE_HOME` nor `HOME` is an absolute path
 */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CACHE_HOME: cache = '', HOME: home = '' } = env;
  if (isAbsolute(cache)) return join(cache, 'headroom');
  return isAbsolute(home) ? join(home, '.cache', 'headroom') : undefined;
}

/**
 * Creates a store of holds that the processes of one user share: a folder with mode 0700 that contains a random `key` and a
 * small file for each login. The name of a file is a keyed hash (HMAC-SHA256) of the login, so that a password cannot be
 * tested against it without the key. The file states when the login was sent and whether the hub accepted it. It contains
 * neither a user name nor a password. The next process that sends a login removes files older than 10 minutes.
 */
export function createHoldFolder(options: HoldFolderOptions): HoldStore {
  return new HoldFolder(options);
}

class HoldFolder implements HoldStore {
  readonly #options: HoldFolderOptions;
  #hasReported = false;

  constructor(options: HoldFolderOptions) {
    this.#options = options;
  }

  async find(key: string): Promise<StoredHold | undefined> {
    try {
      const entry = await readHoldEntry(await this.#fileOf(key));
      return entry?.state === 'rejected' ? { reason: entry.reason, heldAt: entry.at } : undefined;
    } catch (error) {
      // A folder that cannot be used is a problem only when there is a rejection to store, see `put`.
      if (!isSystemError(error)) this.#reportProblem(error);
      return undefined;
    }
  }

  async put(key: string, { reason, heldAt }: StoredHold): Promise<void> {
    try {
      const file = await this.#fileOf(key);
      await writePrivateFile(file, holdEntryText({ state: 'rejected', at: heldAt, reason }));
      await this.#sweep();
    } catch (error) {
      this.#reportProblem(error);
    }
  }

  async claim(key: string, signal: AbortSignal): Promise<ReleaseClaim> {
    try {
      return await this.#claimFile(await this.#fileOf(key), signal);
    } catch (error) {
      if (signal.aborted) throw error;
      // Without a usable folder processes cannot wait for each other. `put` reports the problem if there is a rejection.
      return doNothing;
    }
  }

  async #claimFile(file: string, signal: AbortSignal): Promise<ReleaseClaim> {
    const { clock, timers } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      const entry = await this.#readOrReport(file);
      const meaning = entry && entry !== 'unusable' ? judgeHoldEntry(entry, clock.now()) : 'abandoned';
      if (meaning === 'send') return doNothing;
      if (meaning === 'wait') {
        await pause(timers, READ_EVERY_MS, signal);
        continue;
      }
      if (entry) await removeHoldEntry(file, entry === 'unusable' ? undefined : entry);
      const nonce = randomBytes(8).toString('hex');
      const mine = { state: 'trying', at: clock.now(), pid: process.pid, nonce } as const;
      if (await createPrivateFile(file, holdEntryText(mine))) {
        return (wasAccepted) => this.#release(file, nonce, wasAccepted);
      }
    }
  }

  async #release(file: string, nonce: string, wasAccepted: boolean): Promise<void> {
    try {
      const entry = await readHoldEntry(file);
      // Otherwise a rejection has replaced the claim, or another process has treated it as abandoned.
      if (entry?.state === 'trying' && entry.nonce === nonce) {
        const at = this.#options.clock.now();
        if (wasAccepted) await writePrivateFile(file, holdEntryText({ state: 'accepted', at }));
        else await rm(file, { force: true });
      }
      await this.#sweep();
    } catch (error) {
      this.#reportProblem(error);
    }
  }

  /** Removes the files whose entries no longer count. */
  async #sweep(): Promise<void> {
    const { path, clock } = this.#options;
    if (path === undefined) return;
    const names = (await readdir(path)).filter((name) => FILE_NAME.test(name)).slice(0, MAX_SWEPT);
    for (const name of names) {
      const file = join(path, name);
      // A file that cannot be read may be half-written. `#claimFile` removes it if its login is claimed.
      const entry = await readHoldEntry(file).catch(() => undefined);
      if (entry && holdLeftMs(entry.at, clock.now()) === 0) await rm(file, { force: true });
    }
  }

  async #fileOf(key: string): Promise<string> {
    const { path } = this.#options;
    if (path === undefined) throw new NoFolderError('neither XDG_CACHE_HOME nor HOME names a folder');
    await preparePrivateFolder(path);
    const secret = await readOrCreateKey(join(path, 'key'));
    const digest = createHmac('sha256', secret).update(key).digest('hex').slice(0, 32);
    return join(path, `login-${digest}.json`);
  }

  async #readOrReport(file: string): Promise<HoldEntry | 'unusable' | undefined> {
    try {
      return await readHoldEntry(file);
    } catch (error) {
      this.#reportProblem(error);
      return 'unusable';
    }
  }

  #reportProblem(error: unknown): void {
    if (this.#hasReported) return;
    this.#hasReported = true;
    this.#options.onProblem(error instanceof Error ? error.message : String(error));
  }
}

class NoFolderError extends Error {}

/** Reports whether an error means that the folder is missing or unusable, and not that its content is not trusted. */
function isSystemError(error: unknown): boolean {
  return error instanceof NoFolderError || codeOf(error) !== undefined;
}

const doNothing: ReleaseClaim = () => Promise.resolve();

/** Resolves after a delay. Rejects with the signal's reason if the signal aborts first. */
function pause(timers: Timers, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = timers.after(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    // Several claims may wait with the same signal; each removes its listener.
    setMaxListeners(0, signal);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
