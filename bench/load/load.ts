/** The requests to a server. */
export interface Load {
  readonly port: number;
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Each sends its next request when it has the answer to the last one. */
  readonly connections: number;
  readonly durationMs: number;
}

/** How it answered. */
export interface LoadResult {
  readonly perSecond: number;
  /** Milliseconds that half of the answers took at most. */
  readonly p50Ms: number;
  /** Milliseconds that 99 of 100 answers took at most. */
  readonly p99Ms: number;
}
