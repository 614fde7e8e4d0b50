import type { Problem } from '../../config/problem.ts';
import { takeSnapshot } from '../../domain/credential-snapshot.ts';
import { bucketOfSnapshot, type PlanBucket } from '../../domain/pull-cost/plan-bucket.ts';
import type { CredentialJson } from '../../web/api/credential-json.ts';
import type { CommandContext } from '../command.ts';
import { chooseConfig } from '../credentials/choose-config.ts';
import { fetchCredentials, ServerAnswerError } from '../credentials/fetch-credentials.ts';
import { probeCredentials } from '../credentials/probe-credentials.ts';
import { type HeadroomServer, serverOf } from '../credentials/server-flags.ts';
import type { PlanFlags } from './plan-flags.ts';

/** Converts a credential of another Headroom to the bucket of a plan. */
function serverBucket(credential: CredentialJson): PlanBucket {
  const { name, login, source, enforced, remaining, limit, forecast } = credential;
  const owner = { credential: name, hasLogin: login, source: source?.value };
  if (enforced === false) return { ...owner, kind: 'unmetered' };
  if (remaining === null || limit === null) {
    const reason = credential.failure?.meaning ?? credential.blocked?.meaning ?? 'there was no probe yet';
    return { ...owner, kind: 'unknown', reason };
  }
  const refill = forecast?.refill;
  return {
    ...owner,
    kind: 'metered',
    remaining,
    limit,
    windowSeconds: credential.window_seconds ?? undefined,
    refill: refill ? { earliest: Date.parse(refill.earliest), latest: Date.parse(refill.latest) } : refill,
    ratePerHour: forecast?.rate_per_hour ?? undefined,
  };
}

/** The pulls per window of an address without a login. */
const ANONYMOUS_LIMIT = 100;

/** The bucket of the plan, followed by those of other credentials; or the problem of a flag. */
type FoundBuckets = { readonly buckets: readonly PlanBucket[] } | { readonly problem: Problem };

/**
 * Reads the remaining pulls from the flags, a running Headroom, or Docker Hub.
 * @throws ConfigError if the configuration is invalid
 */
export async function findBuckets(flags: PlanFlags, context: CommandContext): Promise<FoundBuckets> {
  if (flags.offline) return { buckets: [] };
  if (flags.remaining !== undefined) return { buckets: [givenBucket(flags.remaining, flags)] };
  const server = serverOf(flags);
  const asked = server ? await fromServer(server, context) : await fromHub(flags, context);
  return chooseFirst(asked, flags.credential);
}

function givenBucket(remaining: number, { limit, window, credential }: PlanFlags): PlanBucket {
  return {
    kind: 'metered',
    credential,
    hasLogin: credential !== undefined,
    source: undefined,
    remaining,
    limit: limit ?? Math.max(remaining, ANONYMOUS_LIMIT),
    windowSeconds: window === undefined ? undefined : window / 1_000,
    refill: undefined,
    ratePerHour: undefined,
  };
}

async function fromServer(server: HeadroomServer, context: CommandContext): Promise<readonly PlanBucket[]> {
  try {
    return (await fetchCredentials(server, context)).map(serverBucket);
  } catch (error) {
    if (!(error instanceof ServerAnswerError)) throw error;
    return [unknownBucket(error.message)];
  }
}

async function fromHub(flags: PlanFlags, context: CommandContext): Promise<readonly PlanBucket[]> {
  // All credentials are probed: the advice may be the bucket of another one.
  const config = await chooseConfig({ ...flags, credential: [] }, context.env);
  const states = await probeCredentials(config, context);
  const now = context.clock.now();
  return states.map((state) => bucketOfSnapshot(takeSnapshot(state, now)));
}

/** Puts the bucket of the named credential first. Default: the anonymous one, as pods pull without a login. */
function chooseFirst(buckets: readonly PlanBucket[], name: string | undefined): FoundBuckets {
  const isChosen = ({ credential, hasLogin }: PlanBucket) =>
    name === undefined ? !hasLogin : credential === name;
  const chosen = buckets.find(isChosen) ?? (name === undefined ? buckets[0] : undefined);
  if (chosen) return { buckets: [chosen, ...buckets.filter((bucket) => bucket !== chosen)] };
  if (name === undefined) return { buckets: [unknownBucket('there are no credentials')] };
  if (buckets.every(({ credential }) => credential === undefined)) return { buckets };
  const problem = {
    place: { kind: 'flag', flag: '--credential' },
    message: 'There is no such credential',
    found: JSON.stringify(name),
    allowed: buckets.map(({ credential }) => credential).join(', '),
  } as const;
  return { problem };
}

function unknownBucket(reason: string): PlanBucket {
  return { kind: 'unknown', credential: undefined, hasLogin: false, source: undefined, reason };
}
