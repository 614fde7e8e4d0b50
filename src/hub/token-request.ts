import type { Login } from '../domain/credential.ts';
import type { ImageReference } from '../domain/image-reference.ts';
import type { BearerChallenge } from './bearer-challenge.ts';
import type { HubRequest } from './exchange.ts';

/** Names Headroom to the token service, as the OAuth2 form demands. */
const CLIENT_ID = 'headroom';

/**
 * Asks the token service for leave to read one image.
 *
 * Anonymous: a GET without login. User name and password (or access token): a GET with Basic authentication, which is
 * what Docker's documentation shows and what every version of the service has understood; the POST form is for
 * containerd's sake and earns nothing here (https://docs.docker.com/docker-hub/usage/pulls/). Identity token: a POST of
 * the OAuth2 form, the only way there is (https://distribution.github.io/distribution/spec/auth/oauth/).
 */
export function tokenRequest(
  challenge: BearerChallenge,
  image: ImageReference,
  login: Login | undefined,
  userAgent: string,
): HubRequest {
  const { realm, service } = challenge;
  const question = new URLSearchParams();
  if (service !== undefined) question.set('service', service);
  question.set('scope', challenge.scope ?? `repository:${image.path}:pull`);
  const peer = `the token service at ${realm.host}`;
  const headers = { accept: 'application/json', 'user-agent': userAgent };

  if (login?.kind === 'identity-token') {
    question.set('grant_type', 'refresh_token');
    question.set('client_id', CLIENT_ID);
    question.set('refresh_token', login.token.reveal());
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
    return { peer, method: 'POST', url: realm, headers: form, body: question.toString() };
  }
  const url = new URL(realm);
  for (const [name, value] of question) url.searchParams.append(name, value);
  if (!login) return { peer, method: 'GET', url, headers };
  return { peer, method: 'GET', url, headers: { ...headers, authorization: basic(login) } };
}

/** RFC 7617 with UTF-8. The server splits at the first colon: a password may hold more of them, a user name none. */
function basic({ username, password }: Extract<Login, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`, 'utf8').toString('base64')}`;
}
