/** What one query may cost; more than that is refused, so that no answer can hurt the rest of Headroom. */
export interface QueryLimits {
  /** From the question to the last byte of the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Size of an answer in bytes. */
  readonly bodyBytes: number;
  /** Series in an answer. */
  readonly series: number;
}

/** 10 s, 16 MiB and 50,000 series: some four thousand credentials. Reading the largest answer takes about 0.2 s. */
export const QUERY_LIMITS: QueryLimits = { timeoutMs: 10_000, bodyBytes: 16 * 1_048_576, series: 50_000 };
