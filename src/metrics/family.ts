/** The types of metric families. */
export const METRIC_TYPES = ['counter', 'gauge', 'histogram', 'summary'] as const;

/** The type of a metric family. */
export type MetricType = (typeof METRIC_TYPES)[number];

/** Contains the header of a metric family. */
export interface FamilyHeader {
  /** The name as Prometheus stores it. The name of a counter ends in `_total`. */
  readonly name: string;
  readonly type: MetricType;
  /** The help text: one or two sentences that describe the value and the header or event it comes from. */
  readonly help: string;
}

/** Contains the value of one series at one instant. */
export interface Sample {
  /** The name with a suffix of the type (`_bucket`, `_sum`, `_count`). Default: the name of the family. */
  readonly name?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric family with its samples, which can be written in either format. */
export interface Family extends FamilyHeader {
  readonly samples: readonly Sample[];
}

/** Defines a metric family of a subject, such as a credential. To add a metric, add a definition to a table. */
export interface FamilyDefinition<Subject> extends FamilyHeader {
  /** The labels of every sample, in the order in which they are written. */
  readonly labels: readonly string[];
  /** When the family has no series, for the documentation. An unknown value has no series, it is never 0. Default: never. */
  readonly absent?: string;
  /** Returns the samples of a subject. Pure: the same subject leads to the same samples. */
  readonly samples: (subject: Subject) => readonly Sample[];
}

/** Returns the families of a subject with their samples, in the order of the definitions. */
export function collectFamilies<Subject>(
  definitions: readonly FamilyDefinition<Subject>[],
  subject: Subject,
): readonly Family[] {
  return definitions.map((definition) => ({ ...definition, samples: definition.samples(subject) }));
}
