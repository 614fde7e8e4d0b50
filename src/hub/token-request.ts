import type { Login } from '../domain/credential.ts';
import type { ImageReference } from '../domain/image-reference.ts';
import type { BearerChallenge } from './bearer-challenge.ts';
import type { HubRequest } from './exchange.ts';

/** Matches Docker's own hosts, so that the usual case does not load the list of public suffixes. */
const DOCKER = /(?:^|\.)docker\.io$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Returns why no login may be sent to a token service; undefined if the token service is trusted.
 *
 * An attacker who can answer instead of the hub chooses the realm, and would get the password sent there. Therefore the
 * realm must use https and have the registrable domain of the hub (`auth.docker.io` for `registry-1.docker.io`), or it must
 * be the configured origin. Plain http is allowed for the origin of a hub on loopback, and for the host of the hub with
 * `hub.allow_insecure`.
 * @param realm URL of the token service
 * @param hub base URL of the registry
 */
export async function realmObjection(
  realm: URL,
  hub: URL,
  allowInsecure: boolean,
): Promise<string | undefined> {
  if (realm.username !== '' || realm.password !== '') return 'it names a user';
  if (realm.protocol === 'https:') {
    if (realm.origin === hub.origin || (await isSameSite(realm, hub))) return undefined;
    return `${realm.host} does not belong to ${hub.host}`;
  }
  if (realm.protocol !== 'http:') return `its scheme is ${realm.protocol.slice(0, -1)}, not https`;
  if (realm.origin === hub.origin && (LOOPBACK.test(hub.hostname) || allowInsecure)) return undefined;
  if (allowInsecure && hub.protocol === 'http:' && realm.hostname === hub.hostname) return undefined;
  return `the connection to ${realm.host} would not be encrypted`;
}

/**
 * Reports whether two URLs have the same registrable domain. Private suffixes count as suffixes, since two customers of one
 * hosting provider must not trust each other. The list takes 5 to 10 MiB of memory and is loaded on first use.
 */
async function isSameSite(a: URL, b: URL): Promise<boolean> {
  if (DOCKER.test(a.hostname) && DOCKER.test(b.hostname)) return true;
  const { getDomain } = await import('tldts');
  const site = getDomain(a.hostname, { allowPrivateDomains: true });
  return site !== null && site === getDomain(b.hostname, { allowPrivateDomains: true });
}

/** Identifies Headroom to the token service. A POST must contain it (OAuth2). */
const CLIENT_ID = 'headroom';

/**
 * Returns the request for a token that allows pulls of one image.
 *
 * Anonymous: a GET without login. User name and password (or access token): a GET with Basic authentication, as in Docker's
 * documentation (https://docs.docker.com/docker-hub/usage/pulls/); every version of the service supports it, and the POST
 * of containerd has no advantage here. Identity token: a POST of an OAuth2 form, the only supported method
 * (https://distribution.github.io/distribution/spec/auth/oauth/).
 * @param login undefined requests an anonymous token
 */
export function tokenRequest(
  challenge: BearerChallenge,
  image: ImageReference,
  login: Login | undefined,
  userAgent: string,
): HubRequest {
  const { realm, service } = challenge;
  const parameters = new URLSearchParams();
  if (service !== undefined) parameters.set('service', service);
  parameters.set('scope', challenge.scope ?? `repository:${image.path}:pull`);
  const peer = `the token service at ${realm.host}`;
  const headers = { accept: 'application/json', 'user-agent': userAgent };

  if (login?.kind === 'identity-token') {
    parameters.set('grant_type', 'refresh_token');
    parameters.set('client_id', CLIENT_ID);
    parameters.set('refresh_token', login.token.reveal());
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
    return { peer, method: 'POST', url: realm, headers: form, body: parameters.toString() };
  }
  const url = new URL(realm);
  for (const [name, value] of parameters) url.searchParams.append(name, value);
  if (!login) return { peer, method: 'GET', url, headers };
  return { peer, method: 'GET', url, headers: { ...headers, authorization: basic(login) } };
}

/** Returns Basic credentials in UTF-8 (RFC 7617). The server splits at the first colon: a user name must not contain one. */
function basic({ username, password }: Extract<Login, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`, 'utf8').toString('base64')}`;
}
