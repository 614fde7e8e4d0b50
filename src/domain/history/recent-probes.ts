import { failureLabel, type Result } from '../result.ts';

/** A finished probe as it is told one by one. */
export type Probe = Pick<Result, 'at' | 'durationMs' | 'outcome'>;

/** The newest probes of one credential, each list newest first. */
export interface RecentProbes {
  readonly newest: readonly Probe[];
  /** Those that learned nothing: they are what people come to look at, and are remembered for longer. */
  readonly failures: readonly Probe[];
}

/** How many probes of each list are told: 12. */
export const PROBES_TOLD = 12;

/** Adds a probe, newer than all before. */
export function addProbe({ newest, failures }: RecentProbes, probe: Probe): RecentProbes {
  const isFailure = failureLabel(probe.outcome) !== undefined;
  return {
    newest: [probe, ...newest].slice(0, PROBES_TOLD),
    failures: isFailure ? [probe, ...failures].slice(0, PROBES_TOLD) : failures,
  };
}
