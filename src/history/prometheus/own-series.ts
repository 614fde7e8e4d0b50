import type { Labels } from '../../domain/history/fleet.ts';
import { anyOf, formatLabelMatchers, type LabelMatcher } from '../../domain/history/label-matcher.ts';
import type { OwnLabels } from './own-instance.ts';
import type { EvaluationRange, QueryClient } from './query-client.ts';
import type { QueriedSeries } from './query-result.ts';

/** Where this Headroom's own series are. */
export interface OwnSeriesSource {
  readonly client: Pick<QueryClient, 'range'>;
  readonly ownLabels: Pick<OwnLabels, 'all'>;
  /** Which series belong to the fleet. */
  readonly matchers: readonly LabelMatcher[];
}

/** What is asked of one credential's series. */
export interface OwnSeriesQuery {
  /** The credential's name. */
  readonly name: string;
  readonly families: readonly string[];
  readonly range: EvaluationRange;
  /** What is done to the selector; it is evaluated as it stands by default. */
  readonly expressionFor?: (selector: string) => string;
}

/**
 * Reads series of one credential of this Headroom, from every scrape that stored them: every credential of this name in the
 * fleet would be too much, and somebody else's.
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

/** Selects families by their name, and series by these matchers. */
export function selectorOf(families: readonly string[], matchers: readonly LabelMatcher[]): string {
  const names: LabelMatcher = { label: '__name__', operator: '=~', value: anyOf(families) };
  return `{${formatLabelMatchers([names, ...matchers])}}`;
}

/** A name that needs quotes, as Prometheus 3 allows it, is passed over: older ones would refuse the whole query. */
function equal(labels: Labels): LabelMatcher[] {
  const plain = labels.filter(([label]) => /^[a-zA-Z_]\w*$/.test(label));
  return plain.map(([label, value]) => ({ label, operator: '=', value }));
}
