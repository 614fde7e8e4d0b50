import type { HistoryFile } from './history-file.ts';
import { type ExplainedSamples, explainSamples } from './roll-up.ts';

/** How far back an explanation looks, in milliseconds: the longest window Docker is known to use, and an hour. */
const LOOK_BACK_MS = 7 * 3_600_000;
/** How long a reading of "full" waits until it is known whether it stays, in milliseconds: 10 minutes. */
export const SETTLE_MS = 600_000;

/** Reads and explains the samples from `from` to `to` (milliseconds since the epoch), in the light of those around. */
export function readExplained(
  file: HistoryFile,
  credentialId: number,
  from: number,
  to: number,
): ExplainedSamples {
  const samples = file.samples.between(credentialId, from - LOOK_BACK_MS, to + SETTLE_MS);
  return explainSamples(samples, (id) => file.outcomes.outcome(id));
}
