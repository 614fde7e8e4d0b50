import { type Containment, UNREPORTED } from '../../../kit/contain.ts';
import { failureLabel } from '../../result.ts';
import type { Alert, AlertSubject } from '../alert.ts';
import { type Advance, type AlertRecord, advanceAlert } from '../lifecycle/advance-alert.ts';
import { alertKey, identifyAlert } from '../lifecycle/alert-identity.ts';
import type { AlertRule } from './alert-rule.ts';
import type { Baseline } from './baseline.ts';
import { evaluateBlocked } from './conditions/blocked.ts';
import { evaluateChanged } from './conditions/changed.ts';
import { evaluateDowngraded } from './conditions/downgraded.ts';
import { evaluateExhausted } from './conditions/exhausted.ts';
import { evaluateLow } from './conditions/low.ts';
import { evaluateRejected } from './conditions/rejected.ts';
import { evaluateRunningOut } from './conditions/running-out.ts';
import { evaluateCutOff, evaluateUnreachable } from './conditions/unreachable.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from './evaluation.ts';
import {
  addressScenes,
  bucketScenes,
  credentialScenes,
  hubScene,
  loginScenes,
  type Panorama,
  type Scene,
} from './rule-targets.ts';

/** What alerting remembers, as far as a rule needs it. */
export interface AlertMemory {
  record(key: string): AlertRecord | undefined;
  baseline(key: string): Baseline | undefined;
  /** Alerts of a rule that are not over. */
  open(rule: AlertRule): readonly Alert[];
  /** Whether an alert fires that says the bucket is exhausted. */
  isExhausted(subject: AlertSubject): boolean;
}

/** What a rule comes to for one subject. */
export interface RuleOutcome {
  readonly key: string;
  readonly advance: Advance;
  /** The limit to remember; undefined for rules that look at no change. */
  readonly baseline: Baseline | undefined;
}

/**
 * Evaluates a rule for everything it sees.
 * @param panorama all credentials; for rules about buckets and logins it can be those of one bucket
 * @param pageUrl Headroom's page, with a slash at its end
 * @param contain what cannot be evaluated is unknown, which changes no alert, and the others are evaluated
 */
export function evaluateRule(
  rule: AlertRule,
  panorama: Panorama,
  memory: AlertMemory,
  pageUrl: string,
  now: number,
  contain: Containment = UNREPORTED,
): RuleOutcome[] {
  return judge(rule, panorama, memory, now, contain).map(({ scene, evaluation, baseline }) => {
    const key = alertKey(rule, scene.subject);
    const before = memory.record(key);
    // Nothing is called by its name that is not there, which is the case for nearly everything.
    const isQuiet = !before && evaluation.verdict !== 'holds';
    const advance = isQuiet
      ? { record: undefined, change: undefined }
      : advanceAlert(
          before,
          identifyAlert(rule, scene.subject, scene.members, pageUrl),
          evaluation,
          rule.forMs,
          now,
        );
    return { key, advance, baseline };
  });
}

interface Judged {
  readonly scene: Scene;
  readonly evaluation: Evaluation;
  readonly baseline?: Baseline | undefined;
}

function judge(
  rule: AlertRule,
  panorama: Panorama,
  memory: AlertMemory,
  now: number,
  contain: Containment,
): Judged[] {
  const { condition } = rule;
  const contextOf = ({ subject }: Scene): EvaluationContext => ({
    isExhausted: memory.isExhausted(subject),
    now,
  });
  const each = (scenes: Scene[], evaluate: (scene: Scene, context: EvaluationContext) => Evaluation) =>
    scenes.map((scene) => ({
      scene,
      evaluation: contain.one(
        'alerts',
        alertKey(rule, scene.subject),
        () => evaluate(scene, contextOf(scene)),
        () => UNKNOWN,
      ),
    }));
  switch (condition.when) {
    case 'exhausted':
      return each(bucketScenes(rule, panorama), ({ members }, context) =>
        evaluateExhausted(members, context),
      );
    case 'low':
      return each(bucketScenes(rule, panorama), ({ members }, context) =>
        evaluateLow(members, condition, context),
      );
    case 'running_out':
      return each(bucketScenes(rule, panorama), ({ members }, context) =>
        evaluateRunningOut(members, condition, context),
      );
    case 'changed':
      return bucketScenes(rule, panorama).map((scene) => {
        const key = alertKey(rule, scene.subject);
        const previous = memory.record(key)?.alert;
        const baseline = memory.baseline(key);
        const judged = contain.one<Omit<Judged, 'scene'>>(
          'alerts',
          key,
          () => evaluateChanged(scene.members, baseline, previous, contextOf(scene)),
          () => ({ evaluation: UNKNOWN, baseline }),
        );
        return { scene, ...judged };
      });
    case 'blocked':
      return [
        ...each(addressScenes(rule, panorama, memory.open(rule)), ({ members }, context) =>
          evaluateBlocked(members, 'abuse', context),
        ).map((judged) => nameBlocked(judged, memory.record(alertKey(rule, judged.scene.subject))?.alert)),
        ...each(loginScenes(rule, panorama), ({ members }, context) =>
          evaluateBlocked(members, 'login', context),
        ),
      ];
    case 'rejected':
      return each(loginScenes(rule, panorama), evaluateFirst(evaluateRejected));
    case 'downgraded':
      return each(loginScenes(rule, panorama), evaluateFirst(evaluateDowngraded));
    case 'unreachable':
      return judgeReach(rule, panorama, now);
  }
}

/** Not everybody behind an address has run into its block yet. */
function nameBlocked({ scene, ...judged }: Judged, previous: Alert | undefined): Judged {
  const hit = scene.members.filter(({ name, blocked }) => {
    return blocked === 'abuse' || previous?.credentials.includes(name);
  });
  return { ...judged, scene: hit.length > 0 ? { ...scene, members: hit } : scene };
}

function evaluateFirst(
  evaluate: (credential: Panorama[number], context: EvaluationContext) => Evaluation,
): (scene: Scene, context: EvaluationContext) => Evaluation {
  return ({ members }, context) => evaluate(members[0] as Panorama[number], context);
}

/** Where nobody gets through it is one alert about the hub; otherwise one for each that does not. */
function judgeReach(rule: AlertRule, panorama: Panorama, now: number): Judged[] {
  const scene = hubScene(rule, panorama);
  if (!scene) return [];
  const context: EvaluationContext = { isExhausted: false, now };
  const evaluation = evaluateUnreachable(scene.members, context);
  const newestSuccessAt = Math.max(...scene.members.map(workedAt));
  const alone = credentialScenes(rule, panorama).map((single): Judged => {
    const credential = single.members[0] as Panorama[number];
    const own = evaluateCutOff(credential, newestSuccessAt, context);
    const isShared = own.verdict === 'holds' && evaluation.verdict === 'holds';
    return { scene: single, evaluation: isShared ? { verdict: 'stays', facts: own.facts } : own };
  });
  return [{ scene, evaluation }, ...alone];
}

function workedAt({ latest }: Panorama[number]): number {
  const works = latest !== undefined && failureLabel(latest.outcome) === undefined;
  return works ? latest.at : Number.NEGATIVE_INFINITY;
}
