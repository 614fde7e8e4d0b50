import type { Login } from '../domain/credential.ts';
import type { ImageReference } from '../domain/image-reference.ts';
import type { BearerChallenge } from './bearer-challenge.ts';
import type { HubRequest } from './exchange.ts';

/** Docker's own hosts, the usual case, are told apart without the list of all public suffixes. */
const DOCKER = /(?:^|\.)docker\.io$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Why a token service must be asked for nothing, or undefined when it may be.
 *
 * Whoever can answer in the hub's place chooses the realm, and a password sent there is lost. So the realm must be
 * encrypted and belong to the hub's own registrable domain (`auth.docker.io` to `registry-1.docker.io`), or be the very
 * origin that was configured. Plain http is for a loopback hub's own origin, and for the hub's own host where
 * `hub.allow_insecure` says that this is wanted.
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
  return `the way to ${realm.host} is not encrypted`;
}

/**
 * Private suffixes count as suffixes: two tenants of one hosting provider are strangers to each other. The list costs
 * 5 to 10 MiB of memory, and is loaded by who needs it.
 */
async function isSameSite(a: URL, b: URL): Promise<boolean> {
  if (DOCKER.test(a.hostname) && DOCKER.test(b.hostname)) return true;
  const { getDomain } = await import('tldts');
  const site = getDomain(a.hostname, { allowPrivateDomains: true });
  return site !== null && site === getDomain(b.hostname, { allowPrivateDomains: true });
}

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
