import type { CredentialIdentity } from './credential-state.ts';
import type { ImageReference } from './image-reference.ts';
import type { ReadLogin } from './login.ts';
import type { Route } from './route.ts';

/** A configured login, or the anonymous one, with the route it leaves by and the way it is polled. */
export interface Credential {
  readonly identity: CredentialIdentity;
  /** Undefined for the anonymous credential. */
  readonly readLogin: ReadLogin | undefined;
  readonly route: Route;
  /** The image whose manifest is asked for. */
  readonly image: ImageReference;
  /** Cron expression of 5 or 6 fields. */
  readonly schedule: string;
  /** The IANA name of the zone whose local time the schedule means; undefined is that of the machine. */
  readonly timezone?: string | undefined;
  /** Each probe starts up to this much after the schedule says, in milliseconds. */
  readonly jitterMs: number;
  /** The whole probe, token included, ends after this, in milliseconds. */
  readonly timeoutMs: number;
}
