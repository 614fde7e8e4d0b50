import { type CredentialSnapshot, lastSource } from '../../credential-snapshot.ts';
import type { Alert, AlertSubject } from '../alert.ts';
import { bucketOf, credentialSubject, HUB } from '../lifecycle/alert-identity.ts';
import type { AlertRule } from './alert-rule.ts';

/** One subject that a rule is evaluated for. It has at most one alert of the rule. */
export interface RuleTarget {
  readonly subject: AlertSubject;
  /** The credentials of the subject, in the order of the configuration. Never empty. */
  readonly members: readonly CredentialSnapshot[];
}

/** Reports whether a rule applies to a credential. */
export function appliesTo({ credentials, sources }: AlertRule, credential: CredentialSnapshot): boolean {
  const source = lastSource(credential)?.value;
  return (
    (credentials?.includes(credential.name) ?? true) &&
    (sources === undefined || (source !== undefined && sources.includes(source)))
  );
}

/**
 * Returns the buckets that a rule applies to. Each lists all its credentials, also those that the rule does not
 * apply to.
 */
export function bucketTargets(rule: AlertRule, snapshots: readonly CredentialSnapshot[]): RuleTarget[] {
  const targets = group(snapshots, (credential) => bucketOf(credential).key);
  return targets
    .filter((members) => members.some((member) => appliesTo(rule, member)))
    .map((members) => ({ subject: bucketOf(members[0] as CredentialSnapshot), members }));
}

/**
 * Returns the logins that a rule applies to, each by itself. Rules about the login itself, such as a locked
 * user name, keep only its own account as source: an address that it was metered by earlier is not the source
 * of its subject.
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

/** Returns the credentials that a rule applies to, each by itself. */
export function credentialTargets(rule: AlertRule, snapshots: readonly CredentialSnapshot[]): RuleTarget[] {
  return snapshots
    .filter((credential) => appliesTo(rule, credential))
    .map((credential) => ({ subject: credentialSubject(credential), members: [credential] }));
}

/**
 * Returns the addresses that requests leave from, as far as they can be told apart: credentials of one route
 * share one. An open alert keeps its subject, even if the address has changed since.
 * @param open the open alerts of the rule
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

/** Returns the hub as a whole, with the credentials that the rule applies to; undefined if there are none. */
export function hubTarget(rule: AlertRule, snapshots: readonly CredentialSnapshot[]): RuleTarget | undefined {
  const members = snapshots.filter((credential) => appliesTo(rule, credential));
  return members.length > 0 ? { subject: HUB, members } : undefined;
}

/** Prefix of the key of an address that no credential is metered by: the hub has never named it. */
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

/**
 * Reports whether the subject is an address, rather than a login: one rule can have both alerts for one
 * credential.
 */
function isAddress({ kind, key }: AlertSubject): boolean {
  return kind === 'bucket' || key.startsWith(UNNAMED_ADDRESS);
}

/** Removes the source of an unnamed address: version 0.1.0 stored the account of another credential there. */
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
