import type { Credential } from '../../domain/credential.ts';
import type { Reading } from '../../domain/reading.ts';
import type { CredentialJson } from '../../web/api/credential-json.ts';
import type { WireEvent } from './wire-event.ts';

/** What a login is, as far as it can be told without showing it. */
export type LoginKind =
  | 'anonymous'
  | 'password'
  | 'personal access token'
  | 'organization access token'
  | 'identity token'
  | 'unreadable login';

/** One credential that has been asked. */
export interface Examined {
  readonly credential: Credential;
  readonly loginKind: LoginKind;
  readonly events: readonly WireEvent[];
  readonly reading: Reading;
  /** The same in the words of the API. */
  readonly told: CredentialJson;
  readonly durationMs: number;
}
