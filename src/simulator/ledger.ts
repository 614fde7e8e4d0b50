/** One request the simulated hub was asked, and what it cost. */
export interface LedgerEntry {
  /** When it was answered, in milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** Whose bucket it drew on or would have: an address, an IPv6 prefix, or an account's name. */
  readonly source: string;
  /** Empty when the client did not say. */
  readonly userAgent: string;
  /** HTTP status; null where no answer was sent (hang, reset). */
  readonly status: number | null;
  /** Pulls it was counted as. */
  readonly pulls: number;
}

/** The newest requests. */
export interface Ledger {
  write(entry: LedgerEntry): void;
  /** Oldest first. */
  entries(): LedgerEntry[];
  clear(): void;
}

/** Entries a ledger keeps unless told otherwise; the oldest leave first. */
export const LEDGER_CAPACITY = 10_000;

/** An empty ledger that keeps its newest `capacity` entries. */
export function createLedger(capacity: number = LEDGER_CAPACITY): Ledger {
  let ring: LedgerEntry[] = [];
  let next = 0;
  return {
    write(entry) {
      ring[next] = entry;
      next = (next + 1) % capacity;
    },
    entries: () => (ring.length < capacity ? [...ring] : [...ring.slice(next), ...ring.slice(0, next)]),
    clear() {
      ring = [];
      next = 0;
    },
  };
}
