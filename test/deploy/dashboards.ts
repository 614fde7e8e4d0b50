import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DashboardJson, PanelJson } from './dashboard-json.ts';

/** A dashboard of `grafana/dashboards/`; `dashboard-types.test.ts` proves that it is what it is said to be. */
export interface DashboardFile {
  readonly name: string;
  /** As it stands in the file. */
  readonly text: string;
  readonly dashboard: DashboardJson;
}

/** A query of a panel, with the panel it stands in. */
export interface PanelQuery {
  readonly panel: PanelJson;
  readonly target: PanelJson['targets'][number];
  /** For names of tests. */
  readonly title: string;
}

const FOLDER = resolve(import.meta.dirname, '../../grafana/dashboards');

/** All dashboards. */
export const DASHBOARDS: readonly DashboardFile[] = readdirSync(FOLDER).map((name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  return { name, text, dashboard: JSON.parse(text) };
});

/** The panels that show something, without the rows. */
export function panelsOf({ panels }: DashboardJson): readonly PanelJson[] {
  return panels.filter((panel): panel is PanelJson => panel.type !== 'row');
}

/** Every query of every panel. */
export function queriesOf(dashboard: DashboardJson): readonly PanelQuery[] {
  return panelsOf(dashboard).flatMap((panel) =>
    panel.targets.map((target) => ({ panel, target, title: `${panel.title} ${target.refId}` })),
  );
}

/** Headroom computes explained shares every minute, and reads a usage report after 30 seconds: too late for a rehearsal. */
const SLOW = /dockerhub_(?:spending_explained_ratio|usage_pulls_total|budget_)/;

/** The queries that have values within seconds. */
export function quickQueriesOf(dashboard: DashboardJson): readonly PanelQuery[] {
  return queriesOf(dashboard).filter(({ target }) => !SLOW.test(target.expr));
}

/** The queries of its variables, such as `label_values(up, job)`, by the variable's name. */
export function variableQueriesOf({ templating }: DashboardJson): readonly { name: string; query: string }[] {
  return templating.list
    .filter(({ type }) => type === 'query')
    .map(({ name, query }) => ({
      name,
      query: typeof query === 'object' ? String(query.query) : String(query),
    }));
}

/** The queries of its annotations, without Grafana's own. */
export function annotationQueriesOf({ annotations }: DashboardJson): readonly string[] {
  return annotations.list.flatMap(({ expr }) => (expr === undefined ? [] : [expr]));
}
