import type { Credential } from '../src/domain/credential.ts';
import { parseImageReference } from '../src/domain/image-reference.ts';
import { Secret } from '../src/kit/secret.ts';

/** The values of a credential in a benchmark; the rest is the default. */
export interface CredentialPlan {
  readonly name: string;
  /** Anonymous without it. */
  readonly login?: { readonly name: string; readonly password: string };
}

/** A credential with the defaults of the configuration. */
export function credentialOf({ name, login }: CredentialPlan): Credential {
  return {
    identity: { name, hasLogin: login !== undefined, fingerprint: name },
    readLogin:
      login &&
      (async () => ({ kind: 'password', username: login.name, password: new Secret(login.password) })),
    route: {},
    image: parseImageReference('ratelimitpreview/test:latest'),
    schedule: '* * * * *',
    jitterMs: 10_000,
    timeoutMs: 10_000,
  };
}
