import { parser } from '@prometheus-io/lezer-promql';

/** A selector of series within a query. */
export interface Selector {
  /** The metric; undefined where it is chosen by a matcher only. */
  readonly metric: string | undefined;
  /** The text in the braces, without them. */
  readonly matchers: string;
  /** The functions around it, innermost first. */
  readonly within: readonly string[];
}

/** What Grafana puts in place of its variables when everything is chosen. */
export interface Variables {
  readonly [name: string]: string;
}

/** `15m`, `1h30m`: a duration as PromQL and Prometheus' configuration write it. */
const DURATION = /^(?:\d+(?:ms|[smhdwy]))+$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * The selectors of a query.
 * @throws SyntaxError when it is not PromQL
 */
export function selectorsOf(query: string): readonly Selector[] {
  const selectors: Selector[] = [];
  const functions: string[] = [];
  walk(query, {
    enter(name, text) {
      if (name === 'FunctionCall') functions.unshift(/^\w+/.exec(text)?.[0] ?? '');
      if (name !== 'VectorSelector') return;
      const [, metric, , matchers = ''] = /^([\w:]+)?\s*(\{([\s\S]*)\})?$/.exec(text) ?? [];
      selectors.push({ metric, matchers, within: [...functions] });
    },
    leave(name) {
      if (name === 'FunctionCall') functions.shift();
    },
  });
  return selectors;
}

/** A query as Grafana sends it. `$__rate_interval` and its like are variables too. */
export function withVariables(query: string, variables: Variables): string {
  return query.replace(/\$(\w+)/g, (whole, name: string) => variables[name] ?? whole);
}

/** A query in which an hour is a minute: every duration divided by `factor`. */
export function inTimeLapse(query: string, factor: number): string {
  const found: { from: number; to: number }[] = [];
  walk(query, {
    enter(name, text, from) {
      if (name === 'NumberDurationLiteralInDurationContext' && DURATION.test(text))
        found.push({ from, to: from + text.length });
    },
  });
  return found.reduceRight(
    (text, { from, to }) => text.slice(0, from) + shortened(text.slice(from, to), factor) + text.slice(to),
    query,
  );
}

/** A duration divided by `factor`. */
export function shortened(duration: string, factor: number): string {
  const parts = [...duration.matchAll(/(\d+)(ms|[a-z])/g)];
  const totalMs = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNIT_MS[unit] ?? 0), 0);
  return `${Math.round(totalMs / factor)}ms`;
}

interface Walker {
  enter(name: string, text: string, from: number): void;
  leave?(name: string): void;
}

function walk(query: string, walker: Walker): void {
  parser.parse(query).iterate({
    enter({ name, type, from, to }) {
      if (type.isError)
        throw new SyntaxError(`Not PromQL at ${from}: ${query.slice(0, from)}<here>${query.slice(from)}`);
      walker.enter(name, query.slice(from, to), from);
    },
    leave: ({ name }) => walker.leave?.(name),
  });
}
