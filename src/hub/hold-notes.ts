import { createHmac } from 'node:crypto';
import type { Clock } from '../kit/clock.ts';
import { readOrCreateKey } from '../kit/private-file.ts';
import { type HoldStore, holdLeftMs, type StoredHold } from './lockout.ts';

/** What holds in a history file are given. */
export interface HoldNotesOptions {
  /** Small values that outlast the process. */
  readonly notes: {
    read(key: string): unknown;
    write(key: string, value: unknown): void;
  };
  /** The file of the random key, beside the history file and not in it: a copy of the history alone proves no password. */
  readonly keyPath: string;
  readonly clock: Clock;
  /** Is called at most once, with the reason why a rejection cannot be stored. */
  readonly onTrouble: (error: unknown) => void;
}

const NOTE = 'rejected_logins';
/** How many rejected logins are stored at most; the oldest are dropped first. */
const MOST_HOLDS = 1_000;

/**
 * Creates a store of holds in the notes of a history file, which one process has for itself. It contains, by a keyed hash
 * (HMAC-SHA256) of each login, when and how the hub rejected it; holds that no longer apply are dropped with each write.
 */
export function createHoldNotes({ notes, keyPath, clock, onTrouble }: HoldNotesOptions): HoldStore {
  let isTroubled = false;

  async function digestOf(key: string): Promise<string> {
    return createHmac('sha256', await readOrCreateKey(keyPath))
      .update(key)
      .digest('base64url');
  }

  return {
    async find(key) {
      try {
        const holds = readHolds(notes.read(NOTE));
        // The usual case needs no key.
        return holds.size === 0 ? undefined : holds.get(await digestOf(key));
      } catch {
        return undefined;
      }
    },
    async put(key, hold) {
      try {
        const digest = await digestOf(key);
        const holds = readHolds(notes.read(NOTE));
        holds.delete(digest);
        const kept = [...holds].filter(([, { heldAt }]) => holdLeftMs(heldAt, clock.now()) > 0);
        notes.write(NOTE, Object.fromEntries([...kept, [digest, hold]].slice(-MOST_HOLDS)));
      } catch (error) {
        if (!isTroubled) onTrouble(error);
        isTroubled = true;
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
