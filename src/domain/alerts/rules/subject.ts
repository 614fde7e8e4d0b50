import { type CredentialSnapshot, lastSource } from '../../credential-snapshot.ts';
import type { AlertSubject } from '../alert.ts';

/** The hub as a whole. */
export const HUB: AlertSubject = { kind: 'hub', key: 'hub', source: undefined };

/** The bucket that a credential drew on last; its own where the hub names no source. */
export function bucketOf(credential: Pick<CredentialSnapshot, 'name' | 'known'>): AlertSubject {
  const source = lastSource(credential);
  const key = source ? `source ${source.value}` : credentialKey(credential.name);
  return { kind: 'bucket', key, source };
}

/** A credential by itself. */
export function credentialSubject(credential: Pick<CredentialSnapshot, 'name' | 'known'>): AlertSubject {
  return { kind: 'credential', key: credentialKey(credential.name), source: lastSource(credential) };
}

/** A name cannot collide with a source: both carry their kind. */
function credentialKey(name: string): string {
  return `credential ${name}`;
}
