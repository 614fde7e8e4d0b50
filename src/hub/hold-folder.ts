import { createHmac, randomBytes } from 'node:crypto';
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

/** What a folder of holds is given. */
export interface HoldFolderOptions {
  /** Undefined where the user has no cache folder: nothing is stored then. */
  readonly path: string | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Is called at most once, with the reason why a rejection cannot be stored, or why a stored one is not used. */
  readonly onTrouble: (reason: string) => void;
}

/** How often a process that waits for another one's claim reads it, in milliseconds. */
const READ_EVERY_MS = 50;
/** How many files are considered for removal at a time. */
const MOST_SWEPT = 1_000;
const FILE_NAME = /^login-[0-9a-f]{32}\.json(?:\.[0-9a-f]{12}\.tmp)?$/;

/**
 * Returns Headroom's folder in the user's cache (XDG Base Directory Specification): `$XDG_CACHE_HOME/headroom`, or
 * `~/.cache/headroom`. Undefined where the environment names neither by an absolute path.
 */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CACHE_HOME: cache = '', HOME: home = '' } = env;
  if (isAbsolute(cache)) return join(cache, 'headroom');
  return isAbsolute(home) ? join(home, '.cache', 'headroom') : undefined;
}

/**
 * Creates a store of holds that the processes of one user share: a folder with mode 0700, in it a random `key` and a small
 * file for each login. A file's name is a keyed hash (HMAC-SHA256) of the login, so that without the key no password can
 * be tested against it. It says when the login was sent, and whether it was accepted; there is neither a user name nor a
 * password in it. Files older than 10 minutes are removed by the next process that sends a login.
 */
export function createHoldFolder(options: HoldFolderOptions): HoldStore {
  return new HoldFolder(options);
}

class HoldFolder implements HoldStore {
  readonly #options: HoldFolderOptions;
  #isTroubled = false;

  constructor(options: HoldFolderOptions) {
    this.#options = options;
  }

  async find(key: string): Promise<StoredHold | undefined> {
    try {
      const entry = await readHoldEntry(await this.#fileOf(key));
      return entry?.state === 'rejected' ? { reason: entry.reason, heldAt: entry.at } : undefined;
    } catch (error) {
      // A folder that cannot be written matters once there is a rejection to store.
      if (!isSystemError(error)) this.#complain(error);
      return undefined;
    }
  }

  async put(key: string, { reason, heldAt }: StoredHold): Promise<void> {
    try {
      const file = await this.#fileOf(key);
      await writePrivateFile(file, holdEntryText({ state: 'rejected', at: heldAt, reason }));
      await this.#sweep();
    } catch (error) {
      this.#complain(error);
    }
  }

  async claim(key: string, signal: AbortSignal): Promise<ReleaseClaim> {
    try {
      return await this.#claimFile(await this.#fileOf(key), signal);
    } catch (error) {
      if (signal.aborted) throw error;
      // Without a usable folder processes cannot wait for each other; `put` says so when it matters.
      return doNothing;
    }
  }

  async #claimFile(file: string, signal: AbortSignal): Promise<ReleaseClaim> {
    const { clock, timers } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      const entry = await this.#readOrComplain(file);
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
      // Otherwise a rejection has replaced the claim, or another process took it for abandoned.
      if (entry?.state === 'trying' && entry.nonce === nonce) {
        const at = this.#options.clock.now();
        if (wasAccepted) await writePrivateFile(file, holdEntryText({ state: 'accepted', at }));
        else await rm(file, { force: true });
      }
      await this.#sweep();
    } catch (error) {
      this.#complain(error);
    }
  }

  /** Removes the files that no longer matter. */
  async #sweep(): Promise<void> {
    const { path, clock } = this.#options;
    if (path === undefined) return;
    const names = (await readdir(path)).filter((name) => FILE_NAME.test(name)).slice(0, MOST_SWEPT);
    for (const name of names) {
      const file = join(path, name);
      // A file that cannot be read may be half-written; where it is in the way, `#claimFile` removes it.
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

  async #readOrComplain(file: string): Promise<HoldEntry | 'unusable' | undefined> {
    try {
      return await readHoldEntry(file);
    } catch (error) {
      this.#complain(error);
      return 'unusable';
    }
  }

  #complain(error: unknown): void {
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    this.#options.onTrouble(error instanceof Error ? error.message : String(error));
  }
}

class NoFolderError extends Error {}

/** Reports whether the folder is missing or cannot be used, in contrast to one with a content that is not trusted. */
function isSystemError(error: unknown): boolean {
  return error instanceof NoFolderError || codeOf(error) !== undefined;
}

const doNothing: ReleaseClaim = () => Promise.resolve();

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
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
