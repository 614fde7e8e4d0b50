import { BLOCKS } from '../block.ts';
import type { CredentialSnapshot } from '../credential-snapshot.ts';
import { FAILURES } from '../failure.ts';
import type { PlanBucket } from './plan-bucket.ts';

/** The bucket of a credential, as far as its view tells. */
export function bucketOfView(view: CredentialSnapshot): PlanBucket {
  const { name: credential, hasLogin, limited, enforced, outlook } = view;
  const owner = { credential, hasLogin, source: view.source?.value };
  if (enforced === false) return { ...owner, kind: 'unmetered' };
  if (!limited) return { ...owner, kind: 'unknown', reason: whyUnknown(view) };
  const { remaining, limit, windowSeconds } = limited;
  const forecast = outlook?.forecast;
  return {
    ...owner,
    kind: 'metered',
    remaining,
    limit,
    windowSeconds,
    refill: forecast && 'refill' in forecast ? forecast.refill : undefined,
    ratePerHour: forecast?.kind === 'forecast' ? forecast.ratePerHour.likely : undefined,
  };
}

function whyUnknown({ latest }: CredentialSnapshot): string {
  const outcome = latest?.outcome;
  if (outcome?.kind === 'failed') return `${FAILURES[outcome.reason].meaning}: ${outcome.detail}`;
  if (outcome?.kind === 'blocked') return BLOCKS[outcome.reason].meaning;
  return 'it has not been asked yet';
}
