import type { Clock } from '../../domain/clock.ts';
import type { CredentialState } from '../../domain/credential-state.ts';
import type { FleetView, Labels } from '../../domain/fleet.ts';
import { type HistoryQuery, HistoryUnavailableError } from '../../domain/history-query.ts';
import type { HistorySeries } from '../../domain/history-series.ts';
import { anyOf, formatLabelMatchers, type LabelMatcher } from '../../domain/label-matcher.ts';
import type { Log } from '../../domain/log.ts';
import type { History } from '../history.ts';
import { createMemoryHistory } from '../memory-history.ts';
import { FLEET_FAMILIES } from './fleet-credential.ts';
import { createFleetWatch, type FleetWatch } from './fleet-watch.ts';
import type { QueryLimits } from './limits.ts';
import { createOwnPolls } from './own-polls.ts';
import { createQueryClient, type QueryClient, type QueryEndpoint } from './query-client.ts';
import { QueryError } from './query-error.ts';
import { evaluationOf, expressionFor, planRange } from './range-plan.ts';
import { HISTORY_FAMILIES, toPoints } from './range-points.ts';

/** What a history in Prometheus is given. */
export interface PrometheusHistoryOptions extends QueryEndpoint {
  /** Which series belong to the fleet. */
  readonly matchers: readonly LabelMatcher[];
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Calls again and again.
   * @returns ends it
   */
  readonly every: (intervalMs: number, tick: () => void) => () => void;
  /** What a query may cost. */
  readonly limits?: QueryLimits;
}

/** The newest results in memory; the past, and every other Headroom, as Prometheus has scraped them. */
export interface PrometheusHistory {
  readonly history: History;
  /** Begins to watch the fleet. Does not wait for an answer, so that Prometheus may start later. */
  open(): void;
  /**
   * The past of a configured credential.
   * @returns undefined when there is no such credential
   * @throws HistoryQueryError when it cannot be answered as it is asked
   * @throws HistoryUnavailableError when Prometheus does not answer
   */
  series(name: string, query: HistoryQuery): Promise<HistorySeries | undefined>;
  /**
   * The past of the bucket of a source, as told by the credential that reported it last: at the distance of scrapes they
   * all say the same. Undefined when none did; throws as `series` does.
   */
  bucketSeries(source: string, query: HistoryQuery): Promise<HistorySeries | undefined>;
  /** What is known of the other Headrooms. Never waits. */
  fleet(): FleetView;
  close(): Promise<void>;
}

/** How often the fleet is asked for, in milliseconds (5 s): as often as an open page looks for news. */
const REFRESH_MS = 5_000;
/** A Headroom that is scraped by more pairs of Prometheus than this is read from the first of them. */
const MAX_OWN_SETS = 4;

/** Creates the history; nothing is asked before `open`. */
export function createPrometheusHistory(options: PrometheusHistoryOptions): PrometheusHistory {
  const { clock, log, every, matchers } = options;
  const history = createMemoryHistory({ clock, log });
  const client = createQueryClient(options, options.limits);
  const ownPolls = createOwnPolls();
  history.subscribe((result) => ownPolls.record(result));
  const ask = () => client.instant(selectorOf(FLEET_FAMILIES, matchers));
  const watch = createFleetWatch({ ask, ownPolls, clock, log });
  let stopTicking: (() => void) | undefined;
  return {
    history,
    open() {
      void watch.refresh();
      stopTicking = every(REFRESH_MS, () => void watch.refresh());
    },
    async series(name, query) {
      return history.state(name) && readPast({ client, watch, matchers }, name, query);
    },
    async bucketSeries(source, query) {
      const teller = newestOfSource(history.states(), source);
      if (teller === undefined) return undefined;
      return { ...(await readPast({ client, watch, matchers }, teller, query)), name: source };
    },
    fleet: () => watch.view(),
    async close() {
      stopTicking?.();
      await client.close();
    },
  };
}

interface Past {
  readonly client: QueryClient;
  readonly watch: FleetWatch;
  readonly matchers: readonly LabelMatcher[];
}

function newestOfSource(states: readonly CredentialState[], source: string): string | undefined {
  let newest: CredentialState | undefined;
  for (const state of states) {
    if (state.known?.outcome.source?.value !== source) continue;
    if (newest?.known === undefined || state.known.at > newest.known.at) newest = state;
  }
  return newest?.identity.name;
}

/** Every credential of this name in the fleet would be too much, and somebody else's: the own labels are asked for. */
async function readPast(
  { client, watch, matchers }: Past,
  name: string,
  query: HistoryQuery,
): Promise<HistorySeries> {
  const plan = planRange(query);
  const evaluation = evaluationOf(plan);
  const own = watch.ownLabels().slice(0, MAX_OWN_SETS);
  if (own.length === 0) {
    throw new HistoryUnavailableError(
      watch.view().trouble ??
        'Prometheus has no scrape of this Headroom yet that matches history.prometheus.matcher',
    );
  }
  const expressions = own.map((labels) => {
    const selector = selectorOf(HISTORY_FAMILIES, [...matchers, ...equal([['credential', name], ...labels])]);
    return expressionFor(selector, plan);
  });
  try {
    const answers = await Promise.all(expressions.map((expression) => client.range(expression, evaluation)));
    const points = toPoints(
      answers.flatMap(({ series }) => series),
      plan,
    );
    return { name, from: query.from, to: query.to, stepMs: plan.stepMs, points };
  } catch (error) {
    throw error instanceof QueryError ? new HistoryUnavailableError(error.message) : error;
  }
}

function selectorOf(families: readonly string[], matchers: readonly LabelMatcher[]): string {
  const names: LabelMatcher = { label: '__name__', operator: '=~', value: anyOf(families) };
  return `{${formatLabelMatchers([names, ...matchers])}}`;
}

/** A name that needs quotes, as Prometheus 3 allows it, is passed over: older ones would refuse the whole query. */
function equal(labels: Labels): LabelMatcher[] {
  const plain = labels.filter(([label]) => /^[a-zA-Z_]\w*$/.test(label));
  return plain.map(([label, value]) => ({ label, operator: '=', value }));
}
