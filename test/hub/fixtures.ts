import type { Credential, Login, ReadLogin, Route } from '../../src/domain/credential.ts';
import { parseImageReference } from '../../src/domain/image-reference.ts';
import type { Clock } from '../../src/kit/clock.ts';
import { Secret } from '../../src/kit/secret.ts';

/** Contains the settings of a credential that a test chooses. All others have defaults. */
export interface CredentialPlan {
  readonly name?: string;
  readonly fingerprint?: string;
  readonly readLogin?: ReadLogin;
  readonly route?: Route;
  readonly image?: string;
  readonly timeoutMs?: number;
}

/** Creates a credential, anonymous by default. */
export function credential(plan: CredentialPlan = {}): Credential {
  const name = plan.name ?? 'anonymous';
  return {
    identity: { name, hasLogin: plan.readLogin !== undefined, fingerprint: plan.fingerprint ?? name },
    readLogin: plan.readLogin,
    route: plan.route ?? {},
    image: parseImageReference(plan.image ?? 'ratelimitpreview/test:latest'),
    schedule: '* * * * *',
    jitterMs: 10_000,
    timeoutMs: plan.timeoutMs ?? 15_000,
  };
}

/** Creates a login with user name and password. */
export function login(username: string, password: string): Login {
  return { kind: 'password', username, password: new Secret(password) };
}

/** Creates a clock that does not advance by itself. */
export function manualClock(
  startedAt = Date.parse('2026-11-23T21:00:00Z'),
): Clock & { advance(ms: number): void } {
  let elapsedMs = 0;
  return {
    now: () => startedAt + elapsedMs,
    monotonicMs: () => elapsedMs,
    advance(ms) {
      elapsedMs += ms;
    },
  };
}
