import type { Finding } from './finding.ts';

/** One benchmark, run by its name. */
export interface Benchmark {
  readonly name: string;
  /** What it measures and how, in a sentence for the report. */
  readonly about: string;
  /** Measures. Rejects when the run itself broke; a missed aim is a finding. */
  run(): Promise<readonly Finding[]>;
}
