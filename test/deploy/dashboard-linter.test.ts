import * as units from '@grafana/grafana-foundation-sdk/units';
import { describe, expect, test } from 'vitest';
import { COMPATIBILITY_NAMES } from '../../src/domain/compatibility.ts';
import { compatibilityFamilies } from '../../src/metrics/compatibility-families.ts';
import { DASHBOARDS, panelsOf, queriesOf } from './dashboards.ts';
import { knownMetrics } from './known-metrics.ts';
import { selectorsOf, withVariables } from './promql.ts';

const DATASOURCE = { type: 'prometheus', uid: `\${datasource}` };
/** What Grafana's SDK lists, and the unit of numbers that have none. */
const UNITS = new Set<unknown>([...Object.values(units), 'none']);
const RATE_FUNCTIONS = ['rate', 'irate', 'increase'];
/** Gauges named like counters, as their originals were. */
const MISNAMED = new Set(
  compatibilityFamilies(COMPATIBILITY_NAMES).flatMap(({ name, type }) => (type === 'gauge' ? [name] : [])),
);

/** The rules of grafana/dashboard-linter, one test each, and those of a file that is imported in three ways. */
describe.each(DASHBOARDS)('$name', ({ text, dashboard }) => {
  const queries = queriesOf(dashboard);
  const variables = dashboard.templating.list;

  test('has a data source variable, and every query uses it', () => {
    const [first] = variables;
    expect(first).toMatchObject({
      type: 'datasource',
      name: 'datasource',
      label: 'Data source',
      query: 'prometheus',
    });
    for (const { target } of queries) expect(target.datasource).toEqual(DATASOURCE);
    for (const { datasource } of panelsOf(dashboard)) expect(datasource).toEqual(DATASOURCE);
    for (const { expr, datasource } of dashboard.annotations.list) {
      if (expr !== undefined) expect(datasource).toEqual(DATASOURCE);
    }
  });

  test.each([
    ['job', 'Job'],
    ['instance', 'Instance'],
  ])('has a variable %s', (name, label) => {
    expect(variables.find((variable) => variable.name === name)).toMatchObject({
      type: 'query',
      datasource: DATASOURCE,
      label,
      multi: true,
      allValue: '.+',
    });
  });

  test('looks variables up again when the time range changes', () => {
    const looked = variables.filter(({ type }) => type === 'query');
    expect(looked.map(({ refresh }) => refresh)).toEqual(looked.map(() => 2));
  });

  test('gives every panel a title, a description, a unit of Grafana, and a query', () => {
    for (const { title, description, targets, fieldConfig } of panelsOf(dashboard)) {
      expect(title).not.toBe('');
      expect(description, title).toMatch(/\.$/);
      expect(targets.length, title).toBeGreaterThan(0);
      const overridden = fieldConfig.overrides.flatMap(({ properties }) =>
        properties.filter(({ id }) => id === 'unit').map(({ value }) => value),
      );
      for (const unit of [fieldConfig.defaults.unit, ...overridden]) expect(UNITS, title).toContain(unit);
    }
  });

  test.each(queries)('$title is PromQL that Grafana’s variables can narrow', ({ target: { expr } }) => {
    const selectors = selectorsOf(withVariables(expr, { __rate_interval: '5m', __interval: '1m' }));
    expect(selectors.length).toBeGreaterThan(0);
    for (const { matchers } of selectors) {
      expect(matchers).toContain('job=~"$job"');
      expect(matchers).toContain('instance=~"$instance"');
    }
  });

  test.each(queries)('$title has rates, of counters only and of every counter', ({ target: { expr } }) => {
    for (const { metric = '', within } of selectorsOf(withVariables(expr, { __rate_interval: '5m' }))) {
      const isCounter = metric.endsWith('_total') && !MISNAMED.has(metric);
      expect(RATE_FUNCTIONS.includes(within[0] ?? ''), metric).toBe(isCounter);
    }
    const ranges = expr.match(/\b(?:i?rate|increase)\([^[]*\[[^\]]*\]/g) ?? [];
    expect(ranges.filter((range) => !range.endsWith('[$__rate_interval]'))).toEqual([]);
  });

  test('shows metrics that Headroom has, or that Prometheus makes', async () => {
    const known = await knownMetrics();
    const asked = queries.flatMap(({ target: { expr } }) =>
      selectorsOf(withVariables(expr, { __rate_interval: '5m' })).map(({ metric = '' }) => metric),
    );
    expect(asked.filter((metric) => !known.has(metric))).toEqual([]);
  });

  test('can be imported, provisioned and mounted by a sidecar without being filled in', () => {
    expect(dashboard).toMatchObject({
      id: null,
      editable: false,
      schemaVersion: 39,
      version: 1,
      __inputs: [],
    });
    expect(dashboard.uid).toMatch(/^[a-z-]{8,40}$/);
    expect(text).not.toContain('${DS_');
  });

  test('names the kinds of panels that it needs', () => {
    const { __requires: required } = dashboard as unknown as { __requires: { type: string; id: string }[] };
    const named = required.filter(({ type }) => type === 'panel').map(({ id }) => id);
    expect(named.sort()).toEqual([...new Set(panelsOf(dashboard).map(({ type }) => type))].sort());
  });

  test('has no two panels in one place, and no two with one id', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } = { x: 0, y: 0, w: 0, h: 0 } }) => {
      expect((x ?? 0) + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, i) => `${(x ?? 0) + (i % w)},${(y ?? 0) + Math.floor(i / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
  });
});

test('dashboards have addresses of their own', () => {
  const uids = DASHBOARDS.map(({ dashboard }) => dashboard.uid);
  expect(new Set(uids).size).toBe(uids.length);
});
