import { BLOCKS } from '../../domain/failure.ts';
import {
  brokenFleetCredential,
  type FleetCredential,
  type FleetSnapshot,
  type Labels,
} from '../../domain/history/fleet.ts';
import { statusOf } from '../../domain/status.ts';
import { type Containment, UNREPORTED } from '../../kit/contain.ts';
import { groupByBucket } from '../overview/buckets.ts';
import { toTimestamp } from '../text.ts';
import { type CredentialJson, toBucketJson } from './credential-json.ts';

/** A credential of another Headroom: with the fields of one's own, those that metrics do not tell being null. */
export interface FleetCredentialJson extends Omit<CredentialJson, 'login' | 'labels'> {
  readonly login: boolean | null;
  /** What tells its Headroom from the others. */
  readonly labels: Readonly<Record<string, string>>;
}

/** How the fleet is known, in `/api/v1/summary`. */
export interface FleetJson {
  /** Other Headrooms. */
  readonly headrooms: number;
  /** Their credentials. */
  readonly credentials: number;
  readonly read_at: string | null;
  /** Why the fleet cannot be read now. */
  readonly trouble: string | null;
  /** What the newest answer may lack. */
  readonly warning: string | null;
}

/** Writes all credentials of the fleet for the API. */
export function toFleetCredentialsJson(
  fleet: FleetSnapshot | undefined,
  contain: Containment = UNREPORTED,
): FleetCredentialJson[] {
  return (fleet?.members ?? []).flatMap(({ labels, credentials }) => {
    const namesInBucket = groupByBucket(credentials);
    return credentials.map((credential) => ({
      ...contain.one(
        'api of the fleet',
        credential.name,
        () => toCredentialFields(credential, labels),
        () => toCredentialFields(brokenFleetCredential(credential), labels),
      ),
      bucket: toBucketJson(credential.source, namesInBucket(credential), null),
    }));
  });
}

/** Writes how the fleet is known; null where nobody looks for one. */
export function toFleetJson(fleet: FleetSnapshot | undefined): FleetJson | null {
  if (!fleet) return null;
  const { members, readAt, problem: trouble, warning } = fleet;
  return {
    headrooms: members.length,
    credentials: members.reduce((count, { credentials }) => count + credentials.length, 0),
    read_at: readAt === undefined ? null : toTimestamp(readAt),
    trouble: trouble ?? null,
    warning: warning ?? null,
  };
}

function toCredentialFields(
  credential: FleetCredential,
  labels: Labels,
): Omit<FleetCredentialJson, 'bucket'> {
  const { limited, source, blocked, lastPollAt, lastSuccessAt } = credential;
  return {
    name: credential.name,
    labels: Object.fromEntries(labels),
    login: credential.hasLogin ?? null,
    standing: statusOf(credential),
    up: credential.up ?? null,
    remaining: limited?.remaining ?? null,
    limit: limited?.limit ?? null,
    window_seconds: limited?.windowSeconds ?? null,
    source: source ? { value: source.value, kind: source.kind } : null,
    forecast: null,
    enforced: credential.enforced ?? null,
    downgraded: credential.downgraded,
    blocked: blocked ? { reason: blocked, ...BLOCKS[blocked], retry_after_seconds: null } : null,
    failure: null,
    last_poll: lastPollAt === undefined ? null : toTimestamp(lastPollAt),
    last_success: lastSuccessAt === undefined ? null : toTimestamp(lastSuccessAt),
  };
}
