import type { CredentialSnapshot } from '../../credential-snapshot.ts';
import type { Alert, AlertSubject } from '../alert.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What an alert is called, and whom it is about: everything but its state and its numbers. */
export type AlertIdentity = Pick<
  Alert,
  'fingerprint' | 'rule' | 'when' | 'severity' | 'subject' | 'credentials' | 'labels' | 'runbookUrl'
>;

/** By what an alert is found: a rule that keeps its name but looks at something else begins anew. */
export function alertKey(rule: Pick<AlertRule, 'name' | 'condition'>, subject: AlertSubject): string {
  return `${rule.name} ${rule.condition.when} ${subject.key}`;
}

/**
 * Names the alert of a rule and a subject.
 * @param pageUrl Headroom's page, with a slash at its end
 */
export function identifyAlert(
  rule: AlertRule,
  subject: AlertSubject,
  members: readonly Pick<CredentialSnapshot, 'name'>[],
  pageUrl: string,
): AlertIdentity {
  return {
    fingerprint: fingerprintOf(alertKey(rule, subject)),
    rule: rule.name,
    when: rule.condition.when,
    severity: rule.severity,
    subject,
    credentials: members.map(({ name }) => name),
    labels: {
      ...rule.labels,
      alertname: rule.name,
      severity: rule.severity,
      ...subjectLabels(subject, members[0]?.name),
    },
    runbookUrl: rule.runbookUrl ?? `${pageUrl}runbooks/${rule.name}`,
  };
}

/** Who draws on a bucket may change while its alert lasts; its labels may not. */
function subjectLabels(subject: AlertSubject, name: string | undefined): Record<string, string> {
  if (subject.kind === 'bucket' && subject.source) {
    return { source: subject.source.value, source_kind: subject.source.kind };
  }
  return subject.kind === 'hub' || name === undefined ? {} : { credential: name };
}
