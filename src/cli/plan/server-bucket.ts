import type { PlanBucket } from '../../domain/pull-cost/plan-bucket.ts';
import type { CredentialJson } from '../../web/api/credential-json.ts';

/** The bucket of a credential as another Headroom tells it. */
export function serverBucket(credential: CredentialJson): PlanBucket {
  const { name, login, source, enforced, remaining, limit, forecast } = credential;
  const owner = { credential: name, hasLogin: login, source: source?.value };
  if (enforced === false) return { ...owner, kind: 'unmetered' };
  if (remaining === null || limit === null) {
    const reason = credential.failure?.meaning ?? credential.blocked?.meaning ?? 'it has not been asked yet';
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
