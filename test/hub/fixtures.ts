import type { Credential, Login, ReadLogin, Route } from '../../src/domain/credential.ts';
import { parseImageReference } from '../../src/domain/image-reference.ts';
import type { Clock } from '../../src/kit/clock.ts';
import type { Log } from '../../src/kit/log.ts';
import { Secret } from '../../src/kit/secret.ts';

/** What a test says about a credential; the rest is as usual. */
export interface CredentialPlan {
  readonly name?: string;
  readonly fingerprint?: string;
  readonly readLogin?: ReadLogin;
  readonly route?: Route;
  readonly image?: string;
  readonly timeoutMs?: number;
}

/** A credential, anonymous unless it is given a login. */
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

/** A login by user name and password. */
export function login(username: string, password: string): Login {
  return { kind: 'password', username, password: new Secret(password) };
}

/** A log that keeps its lines as JSON. */
export function recordingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const write =
    (level: string): Log['info'] =>
    (message, fields) => {
      lines.push(JSON.stringify({ level, message, ...fields }));
    };
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** A clock that stands still until it is moved. */
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
