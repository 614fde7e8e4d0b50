import { type CredentialSnapshot, lastSource } from '../../credential-snapshot.ts';
import type { Alert, AlertSubject } from '../alert.ts';
import type { AlertRule } from '../rules/alert-rule.ts';

/** Docker Hub as a whole, as the subject of an alert. */
export const HUB: AlertSubject = { kind: 'hub', key: 'hub', source: undefined };

/** Returns the bucket that a credential drew on last; a bucket of its own if the hub names no source. */
export function bucketOf(credential: Pick<CredentialSnapshot, 'name' | 'known'>): AlertSubject {
  const source = lastSource(credential);
  const key = source ? `source ${source.value}` : credentialKey(credential.name);
  return { kind: 'bucket', key, source };
}

/** Returns a single credential as the subject of an alert. */
export function credentialSubject(credential: Pick<CredentialSnapshot, 'name' | 'known'>): AlertSubject {
  return { kind: 'credential', key: credentialKey(credential.name), source: lastSource(credential) };
}

/** Builds the key of a credential. The prefix keeps it apart from the keys of sources. */
function credentialKey(name: string): string {
  return `credential ${name}`;
}

/** FNV-1a with 64 bits: offset basis and prime, by http://www.isthe.com/chongo/tech/comp/fnv/. */
const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/**
 * Returns the 64-bit FNV-1a hash of a text as sixteen hexadecimal digits: short enough for the keys of every
 * receiver, and safe in a URL.
 */
export function fingerprintOf(text: string): string {
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  }
  return hash.toString(16).padStart(16, '0');
}

/** Name, labels and credentials of an alert: everything but its state and its numbers. */
export type AlertIdentity = Pick<
  Alert,
  'fingerprint' | 'rule' | 'when' | 'severity' | 'subject' | 'credentials' | 'labels' | 'runbookUrl'
>;

/**
 * Returns the key under which the alert of a rule and a subject is stored. A rule that keeps its name but gets
 * another condition has new alerts.
 */
export function alertKey(rule: Pick<AlertRule, 'name' | 'condition'>, subject: AlertSubject): string {
  return `${rule.name} ${rule.condition.when} ${subject.key}`;
}

/**
 * Returns the identity of the alert of a rule and a subject.
 * @param members the credentials of the subject, in the order of the configuration
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

/** Returns the labels of a subject. They stay the same while the credentials of its bucket change. */
function subjectLabels(subject: AlertSubject, name: string | undefined): Record<string, string> {
  if (subject.kind === 'bucket' && subject.source) {
    return { source: subject.source.value, source_kind: subject.source.kind };
  }
  if (subject.kind === 'team') return { team: subject.team, per: subject.per };
  return subject.kind === 'hub' || name === undefined ? {} : { credential: name };
}
