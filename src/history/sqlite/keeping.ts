/** How long the history keeps what, in milliseconds. */
export interface Keeping {
  /** Every result. */
  readonly samplesMs: number;
  /** Cells and events. */
  readonly rollupsMs: number;
}

/** How long every result is kept: 7 days, in milliseconds. */
const SAMPLES_MS = 7 * 86_400_000;

/** @param retentionMs `history.retention`, in milliseconds */
export function keepingFor(retentionMs: number): Keeping {
  return { samplesMs: Math.min(SAMPLES_MS, retentionMs), rollupsMs: retentionMs };
}
