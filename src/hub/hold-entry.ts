import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { codeOf, createPrivateFile, readPrivateFile } from '../kit/private-file.ts';
import { HOLD_MS, holdLeftMs, type StoredHold } from './lockout.ts';

/**
 * Contains what the file of one login stores: `trying` a process is sending the login; `accepted` the hub accepted it;
 * `rejected` the hub rejected it. `at` is in milliseconds since the epoch.
 */
export type HoldEntry =
  | { readonly state: 'trying'; readonly at: number; readonly pid: number; readonly nonce: string }
  | { readonly state: 'accepted'; readonly at: number }
  | { readonly state: 'rejected'; readonly at: number; readonly reason: StoredHold['reason'] };

/** How long a claim or an acceptance counts, in milliseconds (10 s). A process may die before it releases its claim. */
const CLAIM_MS = 10_000;
/** Size of the largest file that is read, in bytes. A valid file has about 100 bytes. */
const MAX_BYTES = 4_096;

/**
 * Reads the entry of a file.
 * @returns undefined if the file does not exist
 * @throws Error if other users can access the file, it is damaged, or it cannot be read
 */
export async function readHoldEntry(file: string): Promise<HoldEntry | undefined> {
  const text = await readPrivateFile(file, MAX_BYTES);
  if (text === undefined) return undefined;
  const entry = parseEntry(text);
  if (!entry) throw new Error(`${file} is damaged`);
  return entry;
}

/** Returns the text of the file that stores an entry. */
export function holdEntryText({ at, ...others }: HoldEntry): string {
  return `${JSON.stringify({ ...others, at: new Date(at).toISOString() })}\n`;
}

/**
 * Returns what a process that wants to send the login must do because of an entry: `send` it without a claim, `wait` for
 * the process that is sending it, or replace the `abandoned` entry with its own claim.
 * @param now current time in milliseconds since the epoch
 */
export function judgeHoldEntry(entry: HoldEntry, now: number): 'send' | 'wait' | 'abandoned' {
  const leftMs = holdLeftMs(entry.at, now);
  // With `send` the caller checks for a rejection before it sends the login.
  if (entry.state === 'rejected') return leftMs > 0 ? 'send' : 'abandoned';
  if (leftMs <= HOLD_MS - CLAIM_MS) return 'abandoned';
  if (entry.state === 'accepted') return 'send';
  return isAlive(entry.pid) ? 'wait' : 'abandoned';
}

/**
 * Removes the file of an entry that no longer counts. The file is renamed first: if another process has replaced it with
 * its own claim meanwhile, that claim is restored.
 * @param seen the entry that was read before; undefined if the file could not be read
 */
export async function removeHoldEntry(file: string, seen: HoldEntry | undefined): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await readHoldEntry(aside).catch(() => undefined);
  if (moved && (!seen || holdEntryText(moved) !== holdEntryText(seen))) {
    await createPrivateFile(file, holdEntryText(moved));
  }
  await rm(aside, { force: true, recursive: true });
}

function parseEntry(text: string): HoldEntry | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { state, at: instant, reason, pid, nonce } = json as Record<string, unknown>;
  const at = typeof instant === 'string' ? Date.parse(instant) : Number.NaN;
  if (!Number.isFinite(at)) return undefined;
  if (state === 'accepted') return { state, at };
  if (state === 'rejected') {
    return reason === 'unauthorized' || reason === 'login' ? { state, at, reason } : undefined;
  }
  if (state !== 'trying' || typeof pid !== 'number' || typeof nonce !== 'string') return undefined;
  return { state, at, pid, nonce };
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
