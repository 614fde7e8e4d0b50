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

/** The JSON of a credential of another Headroom. Fields that its metrics do not contain are null. */
export interface FleetCredentialJson extends Omit<CredentialJson, 'login' | 'labels'> {
  readonly login: boolean | null;
  /** The labels of its Headroom. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The JSON of the fleet in `/api/v1/summary`. */
export interface FleetJson {
  /** Number of other Headrooms. */
  readonly headrooms: number;
  /** Number of their credentials. */
  readonly credentials: number;
  /** When the fleet was last read; null before the first time. */
  readonly read_at: string | null;
  /** Why the fleet cannot be read now; null if it can. */
  readonly trouble: string | null;
  /** What may be missing in the newest answer; null if nothing. */
  readonly warning: string | null;
}

/** Returns the JSON of all credentials of the fleet. Undefined stands for no fleet. */
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

/** Returns the JSON of the fleet; null if none is configured. */
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
