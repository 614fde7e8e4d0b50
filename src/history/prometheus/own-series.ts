import type { Labels } from '../../domain/history/fleet.ts';
import { anyOf, formatLabelMatchers, type LabelMatcher } from '../../domain/history/label-matcher.ts';
import type { OwnLabels } from './own-instance.ts';
import type { EvaluationRange, QueryClient } from './query-client.ts';
import type { QueriedSeries } from './query-result.ts';

/** The source of this instance's series. */
export interface OwnSeriesSource {
  readonly client: Pick<QueryClient, 'range'>;
  readonly ownLabels: Pick<OwnLabels, 'all'>;
  /** Selects the series of the fleet. */
  readonly matchers: readonly LabelMatcher[];
}

/** A query for the series of one credential. */
export interface OwnSeriesQuery {
  /** The credential's name. */
  readonly name: string;
  readonly families: readonly string[];
  readonly range: EvaluationRange;
  /** Converts the selector to an expression. Default: the selector itself. */
  readonly expressionFor?: (selector: string) => string;
}

/**
 * Reads the series of one credential of this instance, from every scrape. Credentials of the same name in other instances
 * are not read.
 * @throws QueryError
 */
export async function readOwnSeries(
  { client, ownLabels, matchers }: OwnSeriesSource,
  { name, families, range, expressionFor = (selector) => selector }: OwnSeriesQuery,
): Promise<QueriedSeries[]> {
  const expressions = ownLabels
    .all()
    .map((labels) => selectorOf(families, [...matchers, ...equal([['credential', name], ...labels])]))
    .map(expressionFor);
  const answers = await Promise.all(expressions.map((expression) => client.range(expression, range)));
  return answers.flatMap(({ series }) => series);
}

/** Returns a selector for metrics by name and label matchers. */
export function selectorOf(families: readonly string[], matchers: readonly LabelMatcher[]): string {
  const names: LabelMatcher = { label: '__name__', operator: '=~', value: anyOf(families) };
  return `{${formatLabelMatchers([names, ...matchers])}}`;
}

/** Returns matchers for labels. Names that need quotes are omitted: versions before Prometheus 3 reject them. */
function equal(labels: Labels): LabelMatcher[] {
  const plain = labels.filter(([label]) => /^[a-zA-Z_]\w*$/.test(label));
  return plain.map(([label, value]) => ({ label, operator: '=', value }));
}
