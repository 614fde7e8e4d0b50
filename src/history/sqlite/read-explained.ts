import type { PastTables } from './history-file.ts';
import { type ExplainedSamples, explainSamples } from './roll-up.ts';
import type { StoredSample } from './tables/sample-table.ts';

/** How far back an explanation looks, in milliseconds: the longest window Docker is known to use, and an hour. */
const LOOK_BACK_MS = 7 * 3_600_000;
/** How long a reading of "full" waits until it is known whether it stays, in milliseconds: 10 minutes. */
export const SETTLE_MS = 600_000;

/** Reads the samples from `from` to `to` (milliseconds since the epoch), and those around that explain them. */
export function readAround(file: PastTables, credentialId: number, from: number, to: number): StoredSample[] {
  return file.samples.between(credentialId, from - LOOK_BACK_MS, to + SETTLE_MS);
}

/** Reads and explains the samples from `from` to `to` (milliseconds since the epoch), in the light of those around. */
export function readExplained(
  file: PastTables,
  credentialId: number,
  from: number,
  to: number,
): ExplainedSamples {
  return explainSamples(readAround(file, credentialId, from, to), (id) => file.outcomes.outcome(id));
}
