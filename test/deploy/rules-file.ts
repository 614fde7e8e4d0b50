import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { inTimeLapse, shortened } from './promql.ts';

/** A rule as Prometheus' files have it: it records a series, or it alerts. */
export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The content of a file of rules. */
export interface RuleGroups {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

/** Where Headroom's rules for Prometheus are. */
export const RULES_FILE = resolve(import.meta.dirname, '../../deploy/prometheus/rules/headroom.rules.yml');
/** Headroom's rules for Prometheus. */
export const RULE_GROUPS: RuleGroups = parse(readFileSync(RULES_FILE, 'utf8'));
/** All of them, in their order. */
export const RULES: readonly Rule[] = RULE_GROUPS.groups.flatMap(({ rules }) => rules);
/** Those that alert, by their names. */
export const ALERTS: readonly (Rule & { readonly alert: string })[] = RULES.filter(
  (rule): rule is Rule & { alert: string } => rule.alert !== undefined,
);

/** Rules of which every duration is divided by `factor`, in queries and around them. */
export function rulesInTimeLapse({ groups }: RuleGroups, factor: number): RuleGroups {
  return {
    groups: groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) => ({
        ...rule,
        expr: inTimeLapse(rule.expr, factor),
        ...(rule.for && { for: shortened(rule.for, factor) }),
        ...(rule.keep_firing_for && { keep_firing_for: shortened(rule.keep_firing_for, factor) }),
      })),
    })),
  };
}
