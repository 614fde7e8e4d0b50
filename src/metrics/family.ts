/** How the samples of a family can be read. */
export const METRIC_TYPES = ['counter', 'gauge', 'histogram', 'summary'] as const;

/** One of `METRIC_TYPES`. */
export type MetricType = (typeof METRIC_TYPES)[number];

/** What stands above the samples of a family. */
export interface FamilyHeader {
  /** The name as Prometheus stores it: a counter's ends in `_total`. */
  readonly name: string;
  readonly type: MetricType;
  /** One or two sentences: what it says, and which header or event it comes from. */
  readonly help: string;
}

/** The value of one series at one moment. */
export interface Sample {
  /** Where the type adds a suffix (`_bucket`, `_sum`, `_count`); the family's own name otherwise. */
  readonly name?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A family with its samples: plain data, ready to be written in either format. */
export interface Family extends FamilyHeader {
  readonly samples: readonly Sample[];
}

/** How a family is made from what it speaks of. Adding a metric is adding one of these to a table. */
export interface FamilyDefinition<Subject> extends FamilyHeader {
  /** The labels that every sample carries, in the order in which they are written. */
  readonly labels: readonly string[];
  /** When there is no series: a value that is not known is left out, never 0. Undefined when there always is one. */
  readonly absent?: string;
  /** Pure: the same subject gives the same samples. */
  readonly samples: (subject: Subject) => readonly Sample[];
}

/** The families of one subject. */
export function collectFamilies<Subject>(
  definitions: readonly FamilyDefinition<Subject>[],
  subject: Subject,
): readonly Family[] {
  return definitions.map((definition) => ({ ...definition, samples: definition.samples(subject) }));
}
