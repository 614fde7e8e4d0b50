import { type Containment, UNREPORTED } from '../../../kit/contain.ts';
import type { CredentialSnapshot } from '../../credential-snapshot.ts';
import { failureLabel } from '../../result.ts';
import { NOTHING_WATCHED, type PodRefusals, type WatchedSpending } from '../../spending/watched-spending.ts';
import type { Alert, AlertSubject } from '../alert.ts';
import { type Advance, type AlertRecord, advanceAlert } from '../lifecycle/advance-alert.ts';
import { alertKey, identifyAlert } from '../lifecycle/alert-identity.ts';
import { evaluateBlocked, evaluateDowngraded, evaluateRejected } from './access.ts';
import type { AlertRule } from './alert-rule.ts';
import type { Baseline } from './changed.ts';
import { evaluateChanged } from './changed.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from './evaluation.ts';
import { evaluatePullsRefused } from './pulls-refused.ts';
import { evaluateExhausted, evaluateLow, evaluateRunningOut } from './remaining-pulls.ts';
import {
  addressTargets,
  bucketTargets,
  credentialTargets,
  hubTarget,
  loginTargets,
  type RuleTarget,
} from './rule-targets.ts';
import { budgetTargets, evaluateBudget, evaluateCacheLeak } from './spending.ts';
import { evaluateOneUnreachable, evaluateUnreachable } from './unreachable.ts';

/** Open alerts and baselines, as far as the evaluation of a rule reads them. */
export interface StoredAlerts {
  /** Returns the open alert of a key, with its state machine; undefined if there is none. */
  record(key: string): AlertRecord | undefined;
  /** Returns the stored limit of a key; undefined if there is none. */
  baseline(key: string): Baseline | undefined;
  /** Returns the alerts of a rule that have not ended. */
  open(rule: AlertRule): readonly Alert[];
  /** Reports whether an alert fires that says that the bucket is exhausted. */
  isExhausted(subject: AlertSubject): boolean;
}

/** The outcome of a rule for one subject. */
export interface RuleOutcome {
  readonly key: string;
  readonly advance: Advance;
  /** The limit to store; undefined for rules that do not compare limits. */
  readonly baseline: Baseline | undefined;
}

/**
 * Evaluates a rule for all its subjects.
 * @param snapshots all credentials; those of one bucket are enough for rules about buckets and logins
 * @param pageUrl Headroom's page, with a slash at its end
 * @param now milliseconds since the epoch
 * @param contain if one subject throws, its evaluation is unknown and the others go on. Default: nothing is
 * reported
 * @param spending budgets and caches. Default: none
 */
export function evaluateRule(
  rule: AlertRule,
  snapshots: readonly CredentialSnapshot[],
  memory: StoredAlerts,
  pageUrl: string,
  now: number,
  contain: Containment = UNREPORTED,
  spending: WatchedSpending = NOTHING_WATCHED,
): RuleOutcome[] {
  return evaluateTargets(rule, snapshots, memory, now, contain, spending).map(
    ({ target, evaluation, baseline }) => {
      const key = alertKey(rule, target.subject);
      const before = memory.record(key);
      // Fast path: no alert exists and the condition does not hold.
      const isQuiet = !before && evaluation.verdict !== 'holds';
      const advance = isQuiet
        ? { record: undefined, change: undefined }
        : advanceAlert(
            before,
            identifyAlert(rule, target.subject, target.members, pageUrl),
            evaluation,
            rule.forMs,
            now,
          );
      return { key, advance, baseline };
    },
  );
}

interface EvaluatedTarget {
  readonly target: RuleTarget;
  readonly evaluation: Evaluation;
  readonly baseline?: Baseline | undefined;
}

function evaluateTargets(
  rule: AlertRule,
  snapshots: readonly CredentialSnapshot[],
  memory: StoredAlerts,
  now: number,
  contain: Containment,
  spending: WatchedSpending,
): EvaluatedTarget[] {
  const { condition } = rule;
  const contextOf = ({ subject }: RuleTarget): EvaluationContext => ({
    isExhausted: memory.isExhausted(subject),
    now,
  });
  const each = (
    targets: RuleTarget[],
    evaluate: (target: RuleTarget, context: EvaluationContext) => Evaluation,
  ) =>
    targets.map((target) => ({
      target,
      evaluation: contain.one(
        'alerts',
        alertKey(rule, target.subject),
        () => evaluate(target, contextOf(target)),
        () => UNKNOWN,
      ),
    }));
  switch (condition.when) {
    case 'exhausted':
      return each(bucketTargets(rule, snapshots), ({ members }, context) =>
        evaluateExhausted(members, context),
      );
    case 'low':
      return each(bucketTargets(rule, snapshots), ({ members }, context) =>
        evaluateLow(members, condition, context),
      );
    case 'running_out':
      return each(bucketTargets(rule, snapshots), ({ members }, context) =>
        evaluateRunningOut(members, condition, context),
      );
    case 'changed':
      return evaluateChanges(rule, snapshots, memory, now, contain);
    case 'blocked':
      return [
        ...each(addressTargets(rule, snapshots, memory.open(rule)), ({ members }, context) =>
          evaluateBlocked(members, 'abuse', context),
        ).map((judged) =>
          keepBlockedMembers(judged, memory.record(alertKey(rule, judged.target.subject))?.alert),
        ),
        ...each(loginTargets(rule, snapshots), ({ members }, context) =>
          evaluateBlocked(members, 'login', context),
        ),
      ];
    case 'rejected':
      return each(loginTargets(rule, snapshots), evaluateFirst(evaluateRejected));
    case 'downgraded':
      return each(loginTargets(rule, snapshots), evaluateFirst(evaluateDowngraded));
    case 'unreachable':
      return evaluateReachability(rule, snapshots, now);
    case 'pulls_refused': {
      const evaluate = withRefusals(rule, snapshots, memory, spending.refusals?.());
      return evaluate ? each(bucketTargets(rule, snapshots), evaluate) : [];
    }
    case 'cache_leak':
      if (spending.caches.length === 0) return [];
      return each(bucketTargets(rule, snapshots), ({ members }, context) =>
        evaluateCacheLeak(members, spending.caches, context),
      );
    case 'budget_exceeded':
      return budgetTargets(spending.budgets).map(({ target, ...entry }) => ({
        target,
        evaluation: evaluateBudget(entry, contextOf(target)),
      }));
  }
}

/** Returns the evaluation of refused pods; undefined without clusters. */
function withRefusals(
  rule: AlertRule,
  snapshots: readonly CredentialSnapshot[],
  memory: StoredAlerts,
  refusals: PodRefusals | undefined,
): ((target: RuleTarget, context: EvaluationContext) => Evaluation) | undefined {
  if (!refusals) return undefined;
  return ({ subject, members }, context) => {
    const previous = memory.record(alertKey(rule, subject))?.alert.facts;
    return evaluatePullsRefused(members, refusals, { ...context, snapshots, previous });
  };
}

/** Compares the limit of each bucket with the stored one. */
function evaluateChanges(
  rule: AlertRule,
  snapshots: readonly CredentialSnapshot[],
  memory: StoredAlerts,
  now: number,
  contain: Containment,
): EvaluatedTarget[] {
  return bucketTargets(rule, snapshots).map((target) => {
    const key = alertKey(rule, target.subject);
    const previous = memory.record(key)?.alert;
    const baseline = memory.baseline(key);
    const context = { isExhausted: memory.isExhausted(target.subject), now };
    const judged = contain.one<Omit<EvaluatedTarget, 'target'>>(
      'alerts',
      key,
      () => evaluateChanged(target.members, baseline, previous, context),
      () => ({ evaluation: UNKNOWN, baseline }),
    );
    return { target, ...judged };
  });
}

/** Keeps the credentials that have been blocked: not every credential of an address has been blocked yet. */
function keepBlockedMembers(
  { target, ...judged }: EvaluatedTarget,
  previous: Alert | undefined,
): EvaluatedTarget {
  const hit = target.members.filter(({ name, blocked }) => {
    return blocked === 'abuse' || previous?.credentials.includes(name);
  });
  return { ...judged, target: hit.length > 0 ? { ...target, members: hit } : target };
}

function evaluateFirst(
  evaluate: (credential: CredentialSnapshot, context: EvaluationContext) => Evaluation,
): (target: RuleTarget, context: EvaluationContext) => Evaluation {
  return ({ members }, context) => evaluate(members[0] as CredentialSnapshot, context);
}

/** Returns one alert about the hub if no probe succeeds; otherwise one for each credential whose probes fail. */
function evaluateReachability(
  rule: AlertRule,
  snapshots: readonly CredentialSnapshot[],
  now: number,
): EvaluatedTarget[] {
  const target = hubTarget(rule, snapshots);
  if (!target) return [];
  const context: EvaluationContext = { isExhausted: false, now };
  const evaluation = evaluateUnreachable(target.members, context);
  const newestSuccessAt = Math.max(...target.members.map(succeededAt));
  const alone = credentialTargets(rule, snapshots).map((single): EvaluatedTarget => {
    const credential = single.members[0] as CredentialSnapshot;
    const own = evaluateOneUnreachable(credential, newestSuccessAt, context);
    const isShared = own.verdict === 'holds' && evaluation.verdict === 'holds';
    return { target: single, evaluation: isShared ? { verdict: 'stays', facts: own.facts } : own };
  });
  return [{ target, evaluation }, ...alone];
}

function succeededAt({ latest }: CredentialSnapshot): number {
  const works = latest !== undefined && failureLabel(latest.outcome) === undefined;
  return works ? latest.at : Number.NEGATIVE_INFINITY;
}
