import type { FamilyDefinition } from './family.ts';

/** How one probe on demand went. */
export interface ProbeFacts {
  /** Whether it learned something of the limit. */
  readonly successful: boolean;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/** What `/probe` says beside the credential's own families. The names are those of every multi-target exporter. */
export const PROBE_FAMILIES: readonly FamilyDefinition<ProbeFacts>[] = [
  {
    name: 'probe_success',
    type: 'gauge',
    help: 'Whether this probe worked.',
    labels: [],
    samples: ({ successful }) => [{ labels: {}, value: Number(successful) }],
  },
  {
    name: 'probe_duration_seconds',
    type: 'gauge',
    help: 'Time this probe took.',
    labels: [],
    samples: ({ durationMs }) => [{ labels: {}, value: durationMs / 1_000 }],
  },
];
