import { type CredentialSnapshot, lastSource } from '../../credential-snapshot.ts';
import type { Alert, AlertSubject } from '../alert.ts';
import { bucketOf, credentialSubject, HUB } from '../lifecycle/alert-identity.ts';
import type { AlertRule } from './alert-rule.ts';

/** What one rule looks at, taken by itself: it has at most one alert of the rule. */
export interface RuleTarget {
  readonly subject: AlertSubject;
  /** Who draws on it, in the order of the configuration. Never empty. */
  readonly members: readonly CredentialSnapshot[];
}

/** Whether a rule looks at a credential. */
export function appliesTo({ credentials, sources }: AlertRule, credential: CredentialSnapshot): boolean {
  const source = lastSource(credential)?.value;
  return (
    (credentials?.includes(credential.name) ?? true) &&
    (sources === undefined || (source !== undefined && sources.includes(source)))
  );
}

/** The buckets that a rule looks at: each names everybody who draws on it, whomever the rule looks at. */
export function bucketTargets(rule: AlertRule, snapshots: readonly CredentialSnapshot[]): RuleTarget[] {
  const targets = group(snapshots, (credential) => bucketOf(credential).key);
  return targets
    .filter((members) => members.some((member) => appliesTo(rule, member)))
    .map((members) => ({ subject: bucketOf(members[0] as CredentialSnapshot), members }));
}

/**
 * The logins that a rule looks at, each by itself. Rules about the login as such, such as a locked user name, know it by
 * its own account only: an address that it was once metered by is not the subject's source.
 */
export function loginTargets(rule: AlertRule, snapshots: readonly CredentialSnapshot[]): RuleTarget[] {
  const targets = credentialTargets(
    rule,
    snapshots.filter(({ hasLogin }) => hasLogin),
  );
  if (rule.condition.when === 'downgraded') return targets;
  return targets.map(({ subject, members }) => {
    const isOwn = subject.source?.kind === 'account';
    return {
      subject: isOwn || subject.kind === 'hub' ? subject : { ...subject, source: undefined },
      members,
    };
  });
}

/** The credentials that a rule looks at, each by itself. */
export function credentialTargets(rule: AlertRule, snapshots: readonly CredentialSnapshot[]): RuleTarget[] {
  return snapshots
    .filter((credential) => appliesTo(rule, credential))
    .map((credential) => ({ subject: credentialSubject(credential), members: [credential] }));
}

/**
 * The addresses that requests leave by, as far as they can be told apart: those of one route are one. An alert that is
 * not over keeps its subject, although the address may meanwhile be another.
 */
export function addressTargets(
  rule: AlertRule,
  snapshots: readonly CredentialSnapshot[],
  open: readonly Alert[],
): RuleTarget[] {
  const watched = snapshots.filter((credential) => appliesTo(rule, credential));
  const addresses = open.filter(({ subject }) => isAddress(subject));
  return group(watched, ({ route }) => route).map((members) => {
    const known = addresses.find(({ credentials }) => members.some(({ name }) => credentials.includes(name)));
    return { subject: known ? withoutAccount(known.subject) : addressOf(members), members };
  });
}

/** The hub as a whole, as the credentials see it that a rule looks at. */
export function hubTarget(rule: AlertRule, snapshots: readonly CredentialSnapshot[]): RuleTarget | undefined {
  const members = snapshots.filter((credential) => appliesTo(rule, credential));
  return members.length > 0 ? { subject: HUB, members } : undefined;
}

/** Begins the key of an address that no credential is metered by, so that the hub has never named it. */
const UNNAMED_ADDRESS = 'address of ';

/**
 * Returns the address of a route as the subject of an alert. Its source is known where a credential is metered by it.
 * The accounts that other credentials are metered by are no source of an address.
 */
function addressOf(members: readonly CredentialSnapshot[]): AlertSubject {
  const metered = members.find((member) => {
    const kind = lastSource(member)?.kind;
    return kind === 'ipv4' || kind === 'ipv6';
  });
  if (metered) return bucketOf(metered);
  const first = members[0] as CredentialSnapshot;
  return { kind: 'credential', key: UNNAMED_ADDRESS + first.name, source: undefined };
}

/** Tells the alert of an address from that of a login, which the same rule can have of the same credential. */
function isAddress({ kind, key }: AlertSubject): boolean {
  return kind === 'bucket' || key.startsWith(UNNAMED_ADDRESS);
}

/** Version 0.1.0 stored the account of another credential as the source of such an address. */
function withoutAccount(subject: AlertSubject): AlertSubject {
  return subject.kind === 'credential' ? { ...subject, source: undefined } : subject;
}

function group(
  snapshots: readonly CredentialSnapshot[],
  keyOf: (credential: CredentialSnapshot) => string,
): CredentialSnapshot[][] {
  const groups = new Map<string, CredentialSnapshot[]>();
  for (const credential of snapshots) {
    const key = keyOf(credential);
    const members = groups.get(key);
    if (members) members.push(credential);
    else groups.set(key, [credential]);
  }
  return [...groups.values()];
}
