import { type AlertRule, DEFAULT_RULES } from '../../domain/alerts/rules/alert-rule.ts';
import type { Shown } from '../kinds/kind.ts';
import { nearest, type Report } from '../problem.ts';
import { reportDuplicateNames } from '../settings.ts';
import { readCondition } from './rule-condition.ts';
import { RULE_SETTINGS, type RuleEntry } from './rule-settings.ts';

/**
 * Returns the active rules: the default rules, each replaced by the entry with its name, then the entries with other names.
 * An entry with `enabled: false` removes its rule.
 */
export function readRules(
  entries: readonly RuleEntry[],
  credentials: readonly string[],
  report: Report,
): readonly AlertRule[] {
  reportDuplicateNames(entries, RULE_SETTINGS.name.kind, report);
  const rules = new Map(DEFAULT_RULES.map((rule) => [rule.name, rule]));
  for (const entry of entries) {
    reportUnknownCredentials(entry, credentials, report);
    const { name, enabled = true } = entry.values;
    if (name === undefined) continue;
    const rule = buildRule(entry, name, rules.get(name), report);
    if (rule && enabled) rules.set(name, rule);
    else rules.delete(name);
  }
  return [...rules.values()];
}

/** Returns a rule as shown at `/config`, with defaults filled in. */
export function showRule(rule: AlertRule): Shown {
  const { name, condition, forMs, severity, credentials, sources, labels, runbookUrl } = rule;
  const kinds = RULE_SETTINGS;
  return {
    name,
    when: condition.when,
    ...(condition.when === 'low' && {
      remaining_below: kinds.remaining_below.kind.show(condition.below),
      clear_at: kinds.clear_at.kind.show(condition.clearAt),
    }),
    ...(condition.when === 'running_out' && { within: kinds.within.kind.show(condition.withinMs) }),
    for: kinds.for.kind.show(forMs),
    severity,
    credentials,
    sources,
    labels: Object.keys(labels).length > 0 ? labels : undefined,
    runbook_url: runbookUrl,
  };
}

function buildRule(
  entry: RuleEntry,
  name: string,
  base: AlertRule | undefined,
  report: Report,
): AlertRule | undefined {
  const { values } = entry;
  const condition = readCondition(entry, base, report);
  if (!condition) return undefined;
  return {
    name,
    condition,
    forMs: values.for ?? base?.forMs ?? 0,
    severity: values.severity ?? base?.severity ?? 'warning',
    credentials: values.credentials,
    sources: values.sources,
    labels: Object.fromEntries([...(values.labels ?? [])].map(([label, { value }]) => [label, value])),
    runbookUrl: values.runbook_url,
  };
}

/** Reports names of credentials that do not exist: such a rule would never fire. */
function reportUnknownCredentials(
  { values, written, key }: RuleEntry,
  credentials: readonly string[],
  report: Report,
): void {
  const list = written.credentials;
  const items = list?.kind === 'list' ? list.items : [list];
  for (const [i, item] of items.entries()) {
    const name = item?.kind === 'scalar' ? item.value : undefined;
    if (!item || typeof name !== 'string' || !values.credentials?.includes(name)) continue;
    if (credentials.includes(name)) continue;
    const meant = nearest(name, credentials);
    report({
      place: item.place,
      key: `${key}.credentials${list?.kind === 'list' ? `[${i}]` : ''}`,
      message: `No credential has this name${meant === undefined ? '' : `, did you mean ${meant}`}`,
      found: JSON.stringify(name),
      allowed: credentials.join(', '),
    });
  }
}
