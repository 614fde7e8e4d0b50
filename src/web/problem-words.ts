import type { CredentialSnapshot } from '../domain/credential-snapshot.ts';
import { BLOCKS, FAILURES } from '../domain/failure.ts';
import { spanWords } from '../domain/wording.ts';

/** Something that is wrong with a credential, and what to do about it. Clauses, as domain/ writes them. */
export interface Problem {
  readonly meaning: string;
  readonly advice: string | undefined;
  /** What exactly was seen; text of others, free of secrets. */
  readonly detail: string | undefined;
}

/** Everything that is wrong with a credential, the newest probe first. */
export function problemsOf(view: CredentialSnapshot): Problem[] {
  const newest = newestProblem(view);
  return [...(newest ? [newest] : []), ...problemsOfLimit(view)];
}

/** What is wrong with the limit of a credential, as far as it is known. */
export function problemsOfLimit(view: Pick<CredentialSnapshot, 'limited' | 'downgraded'>): Problem[] {
  return [exhaustion(view), downgrade(view)].filter((problem) => problem !== undefined);
}

function newestProblem({ latest, up }: CredentialSnapshot): Problem | undefined {
  if (!latest) return undefined;
  const { outcome } = latest;
  if (outcome.kind === 'failed') return { ...FAILURES[outcome.reason], detail: outcome.detail || undefined };
  if (outcome.kind === 'blocked') {
    const pause = outcome.retryAfterSeconds;
    const detail = pause === undefined ? undefined : `Docker Hub asks to wait ${spanWords(pause)}`;
    return { ...BLOCKS[outcome.reason], detail };
  }
  if (up) return undefined;
  return {
    meaning: 'the newest answer is too old to be believed',
    advice: "Polling is later than its schedule says; see Headroom's log",
    detail: undefined,
  };
}

function exhaustion({ limited }: Pick<CredentialSnapshot, 'limited'>): Problem | undefined {
  if (!limited || limited.remaining > 0) return undefined;
  const { windowSeconds } = limited;
  const when = windowSeconds === undefined ? 'as the window moves on' : `within ${spanWords(windowSeconds)}`;
  return {
    meaning: 'no pulls are left',
    advice: `They come back ${when}, if nothing else is pulled; until then use another credential or a mirror`,
    detail: undefined,
  };
}

function downgrade({ downgraded }: Pick<CredentialSnapshot, 'downgraded'>): Problem | undefined {
  if (!downgraded) return undefined;
  return {
    meaning: 'Docker Hub meters this login as if it were anonymous',
    advice: 'Check the login and its plan, and any proxy or mirror that may drop it on the way',
    detail: undefined,
  };
}
