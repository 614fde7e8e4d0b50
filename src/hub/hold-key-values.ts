import { createHmac } from 'node:crypto';
import type { Clock } from '../kit/clock.ts';
import { readOrCreateKey } from '../kit/private-file.ts';
import { type HoldStore, holdLeftMs, type StoredHold } from './lockout.ts';

/** Configures a store of holds in a key-value store. */
export interface HoldKeyValuesOptions {
  /** The key-value store of the history file. */
  readonly values: {
    read(key: string): unknown;
    write(key: string, value: unknown): void;
  };
  /**
   * Path of the file with the random key. It lies beside the history file, so that passwords cannot be tested against a
   * copy of the history file alone.
   */
  readonly keyPath: string;
  readonly clock: Clock;
  /** Called at most once, with the error because of which a rejection cannot be stored. */
  readonly onProblem: (error: unknown) => void;
}

const ENTRY_KEY = 'rejected_logins';
/** How many rejected logins are stored at most. The oldest are removed first. */
const MAX_HOLDS = 1_000;

/**
 * Creates a store of holds in the key-value store of a history file, which a single process opens. For a keyed hash
 * (HMAC-SHA256) of each login it stores when and why the hub rejected it. Each write removes expired holds.
 */
export function createHoldKeyValues({ values, keyPath, clock, onProblem }: HoldKeyValuesOptions): HoldStore {
  let hasReported = false;

  async function digestOf(key: string): Promise<string> {
    return createHmac('sha256', await readOrCreateKey(keyPath))
      .update(key)
      .digest('base64url');
  }

  return {
    async find(key) {
      try {
        const holds = readHolds(values.read(ENTRY_KEY));
        // Without holds, the usual case, the key file is not read.
        return holds.size === 0 ? undefined : holds.get(await digestOf(key));
      } catch {
        return undefined;
      }
    },
    async put(key, hold) {
      try {
        const digest = await digestOf(key);
        const holds = readHolds(values.read(ENTRY_KEY));
        holds.delete(digest);
        const kept = [...holds].filter(([, { heldAt }]) => holdLeftMs(heldAt, clock.now()) > 0);
        values.write(ENTRY_KEY, Object.fromEntries([...kept, [digest, hold]].slice(-MAX_HOLDS)));
      } catch (error) {
        if (!hasReported) onProblem(error);
        hasReported = true;
      }
    },
    // No other process can open the file.
    claim: () => Promise.resolve(() => Promise.resolve()),
  };
}

function readHolds(value: unknown): Map<string, StoredHold> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return new Map(entries.filter((entry): entry is [string, StoredHold] => isHold(entry[1])));
}

function isHold(value: unknown): value is StoredHold {
  if (typeof value !== 'object' || value === null) return false;
  const { reason, heldAt } = value as Record<string, unknown>;
  return (reason === 'unauthorized' || reason === 'login') && Number.isSafeInteger(heldAt);
}
