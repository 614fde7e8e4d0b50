import { type CredentialSnapshot, lastSource } from '../../credential-snapshot.ts';
import type { Alert, AlertSubject } from '../alert.ts';
import type { AlertRule } from '../rules/alert-rule.ts';

/** The hub as a whole. */
export const HUB: AlertSubject = { kind: 'hub', key: 'hub', source: undefined };

/** The bucket that a credential drew on last; its own where the hub names no source. */
export function bucketOf(credential: Pick<CredentialSnapshot, 'name' | 'known'>): AlertSubject {
  const source = lastSource(credential);
  const key = source ? `source ${source.value}` : credentialKey(credential.name);
  return { kind: 'bucket', key, source };
}

/** A credential by itself. */
export function credentialSubject(credential: Pick<CredentialSnapshot, 'name' | 'known'>): AlertSubject {
  return { kind: 'credential', key: credentialKey(credential.name), source: lastSource(credential) };
}

/** A name cannot collide with a source: both carry their kind. */
function credentialKey(name: string): string {
  return `credential ${name}`;
}

/** FNV-1a with 64 bits: offset basis and prime, by http://www.isthe.com/chongo/tech/comp/fnv/. */
const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** Sixteen hexadecimal digits that stand for a text: short enough for every receiver's keys, and safe in a URL. */
export function fingerprintOf(text: string): string {
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  }
  return hash.toString(16).padStart(16, '0');
}

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
