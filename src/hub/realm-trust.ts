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
