import {
  type AlertCondition,
  type AlertRule,
  CONDITIONS,
  DEFAULT_RULES,
  SEVERITIES,
  type Threshold,
} from '../../domain/alerts/rules/alert-rule.ts';
import { RUNNING_OUT_WITHIN_MS } from '../../domain/forecast/forecast.ts';
import { LOW_SHARE } from '../../domain/status.ts';
import type { Input } from '../input.ts';
import { oneOf, trueOrFalse } from '../kinds/choice.ts';
import { distinct, freeMap, listOf } from '../kinds/collection.ts';
import type { Shown } from '../kinds/kind.ts';
import { threshold } from '../kinds/number.ts';
import { credentialName, plainText } from '../kinds/text.ts';
import { durationMs } from '../kinds/time.ts';
import { pageUrl } from '../kinds/url.ts';
import { nearest, type Report } from '../problem.ts';
import { optional, type ReadMap, reportDuplicateNames } from '../settings.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A label name of Prometheus; names that start with two underscores are reserved. */
const LABEL_NAME = /^(?!__)[a-z_][a-z0-9_]{0,63}$/i;
/** Labels that Headroom adds to every alert. */
const OWN_LABELS = ['alertname', 'severity', 'source', 'source_kind', 'credential'];
/** The maximum length of a label value, in characters. */
const MAX_LABEL_LENGTH = 255;

const labels = freeMap(
  {
    noun: 'label names',
    allowed: `label names of 1 to 64 letters, digits and _, other than ${OWN_LABELS.join(', ')}`,
    reject(name) {
      if (OWN_LABELS.includes(name)) return 'Headroom sets this label itself';
      return LABEL_NAME.test(name) ? undefined : 'Not the name of a label';
    },
  },
  plainText({ noun: 'the value of a label', maxLength: MAX_LABEL_LENGTH }),
);

/** The keys of `alerts.rules[]`. Only the name is required; a rule that is not a default rule also needs `when`. */
export const RULE_SETTINGS = {
  name: optional(
    plainText({
      noun: 'the name of a rule',
      maxLength: 64,
      grammar: /^[a-z][a-z0-9_]*$/i,
      allowed: '1 to 64 letters, digits and _, a letter first',
    }),
  ),
  enabled: optional(trueOrFalse),
  when: optional(oneOf(CONDITIONS)),
  remaining_below: optional(threshold),
  clear_at: optional(threshold),
  within: optional(durationMs(MINUTE_MS, DAY_MS)),
  for: optional(durationMs(0, 7 * DAY_MS)),
  severity: optional(oneOf(SEVERITIES)),
  credentials: optional(distinct(listOf(credentialName, { nouns: 'credentials', allowSingle: true }))),
  sources: optional(
    distinct(
      listOf(plainText({ noun: 'a source', maxLength: 255 }), { nouns: 'sources', allowSingle: true }),
    ),
  ),
  labels: optional(labels),
  runbook_url: optional(pageUrl),
};

/** The result of reading an entry of `alerts.rules`. */
type RuleEntry = ReadMap<typeof RULE_SETTINGS>;

/** Keys that are used by one condition only. */
const ONLY_WITH = { remaining_below: 'low', clear_at: 'low', within: 'running_out' } as const;
/** The default of `clear_at`, as a factor of `remaining_below`. */
const CLEAR_FACTOR = 1.25;

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

function readCondition(
  entry: RuleEntry,
  base: AlertRule | undefined,
  report: Report,
): AlertCondition | undefined {
  const { values, written, key, place } = entry;
  const when = values.when ?? base?.condition.when;
  if (when === undefined) {
    if (written.when) return undefined;
    const meant = nearest(values.name ?? '', defaultNames());
    const hint = meant === undefined ? '' : `, did you mean the default rule ${meant}`;
    const message = `The rule has no condition${hint}`;
    report({ place, key: `${key}.when`, message, allowed: RULE_SETTINGS.when.kind.allowed });
    return undefined;
  }
  if (base && written.when && when !== base.condition.when) {
    const message = 'The default rule of this name has another condition';
    const allowed = `${base.condition.when}, or another name`;
    report({ place: written.when.place, key: `${key}.when`, message, found: when, allowed });
  }
  reportIneffective(entry, when, report);
  return conditionOf(entry, when, report);
}

function conditionOf(entry: RuleEntry, when: AlertCondition['when'], report: Report): AlertCondition {
  const { remaining_below: below = { unit: 'share', share: LOW_SHARE }, clear_at: clearAt } = entry.values;
  switch (when) {
    case 'low':
      checkClearAt(entry, below, clearAt, report);
      return { when, below, clearAt: clearAt ?? defaultClearAt(below) };
    case 'running_out':
      return { when, withinMs: entry.values.within ?? RUNNING_OUT_WITHIN_MS };
    default:
      return { when };
  }
}

function defaultClearAt(below: Threshold): Threshold {
  return below.unit === 'pulls'
    ? { unit: 'pulls', pulls: Math.ceil(below.pulls * CLEAR_FACTOR) }
    : { unit: 'share', share: Math.min(1, below.share * CLEAR_FACTOR) };
}

function checkClearAt(
  { written, key }: RuleEntry,
  below: Threshold,
  clearAt: Threshold | undefined,
  report: Report,
): void {
  if (!clearAt || !written.clear_at) return;
  const { place } = written.clear_at;
  const shown = String(RULE_SETTINGS.clear_at.kind.show(clearAt));
  const limit = String(RULE_SETTINGS.remaining_below.kind.show(below));
  if (clearAt.unit !== below.unit) {
    const message = `Not in the unit of remaining_below, which is ${limit}`;
    const allowed = below.unit === 'share' ? 'a share of the limit' : 'a number of pulls';
    report({ place, key: `${key}.clear_at`, message, found: shown, allowed });
  } else if (amountOf(clearAt) < amountOf(below)) {
    const message = 'Below remaining_below: the alert would resolve and fire again at every poll';
    report({ place, key: `${key}.clear_at`, message, found: shown, allowed: `${limit} or more` });
  }
}

function amountOf(threshold: Threshold): number {
  return threshold.unit === 'pulls' ? threshold.pulls : threshold.share;
}

function reportIneffective({ written, key }: RuleEntry, when: string, report: Report): void {
  for (const [name, condition] of Object.entries(ONLY_WITH)) {
    const input: Input | undefined = written[name as keyof typeof ONLY_WITH];
    if (!input || when === condition) continue;
    const message = `Has no effect with when: ${when}`;
    report({ place: input.place, key: `${key}.${name}`, message, allowed: `with when: ${condition} only` });
  }
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

function defaultNames(): string[] {
  return DEFAULT_RULES.map(({ name }) => name);
}
