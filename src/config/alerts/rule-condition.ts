import {
  type AlertCondition,
  type AlertRule,
  DEFAULT_RULES,
  type Threshold,
} from '../../domain/alerts/rules/alert-rule.ts';
import { RUNNING_OUT_WITHIN_MS } from '../../domain/forecast/forecast.ts';
import { LOW_SHARE } from '../../domain/status.ts';
import type { Input } from '../input.ts';
import { nearest, type Report } from '../problem.ts';
import { RULE_SETTINGS, type RuleEntry } from './rule-settings.ts';

/** Keys that are used by one condition only. */
const ONLY_WITH = { remaining_below: 'low', clear_at: 'low', within: 'running_out' } as const;
/** The default of `clear_at`, as a factor of `remaining_below`. */
const CLEAR_FACTOR = 1.25;

/**
 * Returns the condition of a rule, with defaults for the thresholds that the entry leaves out. Undefined when there is no valid
 * condition; this has then been reported. Keys that have no effect with the condition are reported too.
 * @param base the default rule of the same name, whose condition the entry may leave out
 */
export function readCondition(
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

function defaultNames(): string[] {
  return DEFAULT_RULES.map(({ name }) => name);
}
