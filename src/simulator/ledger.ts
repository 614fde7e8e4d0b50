/** A request that the simulated hub answered, with its cost. */
export interface LedgerEntry {
  /** When the request was answered, in milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** Owner of the bucket that the request concerns: an IPv4 address, an IPv6 prefix, or an account name. */
  readonly source: string;
  /** Header `User-Agent`; empty if the client sent none. */
  readonly userAgent: string;
  /** HTTP status; null if no response was sent (`hang`, `reset`). */
  readonly status: number | null;
  /** Pulls that were counted; 0.5 where two GETs are one pull. */
  readonly pulls: number;
}

/** Stores the newest requests. */
export interface Ledger {
  /** Stores an entry; the oldest is removed when the ledger is full. */
  write(entry: LedgerEntry): void;
  /** Returns the entries, oldest first. */
  entries(): LedgerEntry[];
  /** Removes every entry. */
  clear(): void;
}

/** Default capacity of a ledger, in entries. */
export const LEDGER_CAPACITY = 10_000;

/** Creates an empty ledger that keeps the newest `capacity` entries (10,000 by default). */
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
