import { createHash } from 'node:crypto';
import type { Credential, Route } from '../../domain/credential.ts';
import { formatImageReference, type ImageReference } from '../../domain/image-reference.ts';
import { environmentInput, type Input, isNull, type MapInput, type Place } from '../input.ts';
import { listOf } from '../kinds/collection.ts';
import type { Shown } from '../kinds/kind.ts';
import { credentialName } from '../kinds/text.ts';
import type { Scope, Section } from '../scope.ts';
import { mapOf, reportDuplicateNames } from '../settings.ts';
import {
  CREDENTIAL_SETTINGS,
  type CredentialEntry,
  readCredentialLogin,
  readCredentialRoute,
} from './credential-entry.ts';
import { POLL_KINDS, type PollValues } from './poll.ts';

/** Variables that configure one credential, with the names that other Docker Hub tools use. */
const USERNAME = 'DOCKERHUB_USERNAME';
const PASSWORD = 'DOCKERHUB_PASSWORD';
const PASSWORD_FILE = 'DOCKERHUB_PASSWORD_FILE';

/** Returns the credential of the environment in the form of the file, named after its user; undefined if incomplete. */
function environmentCredential({ env, report }: Scope): MapInput | undefined {
  const username = environmentInput(env, USERNAME);
  const password = environmentInput(env, PASSWORD);
  const passwordFile = environmentInput(env, PASSWORD_FILE);
  const secret = password ?? passwordFile;
  if (!username && !secret) return undefined;
  const allowed = `${USERNAME} with ${PASSWORD} or ${PASSWORD_FILE}`;
  if (password && passwordFile)
    report({ place: passwordFile.place, message: `${PASSWORD} is set too`, allowed });
  if (!secret && username) report({ place: username.place, message: 'The password is missing', allowed });
  if (!username && secret) report({ place: secret.place, message: 'The user name is missing', allowed });
  if (!username || !secret) return undefined;
  const entries: [string, Input][] = [
    ['name', username],
    ['username', username],
    [password ? 'password' : 'password_file', secret],
  ];
  return {
    kind: 'map',
    place: username.place,
    entries: new Map(entries.map(([key, input]) => [key, { keyPlace: input.place, input }])),
  };
}

/** Properties that identify a credential across reloads of the configuration. */
interface FingerprintParts {
  readonly hubUrl: URL;
  /** The user name, or the path of the file with the login; undefined without a login. */
  readonly login: string | undefined;
  readonly route: Route;
  readonly image: ImageReference;
}

/**
 * Returns a hash (SHA-256, hexadecimal) that identifies a credential. Passwords of the login and the proxy are not part of
 * it: a new password does not change the bucket, and no hash of a password is stored.
 */
function fingerprint({ hubUrl, login, route, image }: FingerprintParts): string {
  const { localAddress, ipFamily, proxyUrl } = route;
  const proxy = proxyUrl && new URL(proxyUrl.reveal());
  const parts = [
    hubUrl.origin,
    login ?? null,
    localAddress ?? null,
    ipFamily ?? null,
    proxy ? [`${proxy.protocol}//${proxy.host}`, proxy.username] : null,
    formatImageReference(image),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Values of other sections that credentials use. */
interface CredentialDefaults {
  readonly poll: PollValues;
  readonly hub: { readonly url: URL };
}

const entryKind = mapOf(CREDENTIAL_SETTINGS);
/** The kind of the section `credentials`. */
export const CREDENTIALS_KIND = listOf(entryKind, { nouns: 'credentials' });

const DEFAULT_PLACE: Place = { kind: 'default' };
const ANONYMOUS: MapInput = {
  kind: 'map',
  place: DEFAULT_PLACE,
  entries: new Map([
    [
      'name',
      { keyPlace: DEFAULT_PLACE, input: { kind: 'scalar', place: DEFAULT_PLACE, value: 'anonymous' } },
    ],
  ]),
};

/** Reads the credentials of the file, or an anonymous one if there are none, and adds the credential of the environment. */
export async function readCredentials(
  scope: Scope,
  surroundings: CredentialDefaults,
): Promise<Section<readonly Credential[]>> {
  const entries = readEntries(scope);
  // Names identify credentials in metrics, pages and alerts.
  reportDuplicateNames(entries, credentialName, scope.report);
  const built = await Promise.all(entries.map((entry) => buildCredential(entry, scope, surroundings)));
  return {
    value: built.map(({ credential }) => credential),
    shown: built.map(({ shown }) => shown),
  };
}

function readEntries(scope: Scope): readonly CredentialEntry[] {
  const { file, report } = scope;
  const input = file?.entries.get('credentials')?.input;
  const written = input && !isNull(input) ? input : undefined;
  const listed = written
    ? (CREDENTIALS_KIND.read(written, 'credentials', report) ?? [])
    : [entryKind.read(ANONYMOUS, 'credentials[0]', report)];
  const fromEnvironment = environmentCredential(scope);
  const index = written?.kind === 'list' ? written.items.length : listed.length;
  const added = fromEnvironment && entryKind.read(fromEnvironment, `credentials[${index}]`, report);
  return [...listed, added].filter((entry) => entry !== undefined);
}

async function buildCredential(
  entry: CredentialEntry,
  scope: Scope,
  { poll, hub }: CredentialDefaults,
): Promise<{ credential: Credential; shown: Shown }> {
  const login = await readCredentialLogin(entry, scope);
  const route = await readCredentialRoute(entry.values.route, scope);
  const { name = '', schedule = poll.schedule, jitter = poll.jitter, timeout = poll.timeout } = entry.values;
  const timezone = entry.values.timezone ?? poll.timezone;
  const image = entry.values.image ?? poll.image;
  const identity = {
    name,
    hasLogin: login !== undefined,
    fingerprint: fingerprint({ hubUrl: hub.url, login: login?.id, route, image }),
  };
  return {
    credential: {
      identity,
      readLogin: login?.readLogin,
      route,
      image,
      schedule,
      timezone,
      jitterMs: jitter,
      timeoutMs: timeout,
    },
    shown: {
      ...entry.shown,
      schedule: POLL_KINDS.schedule.show(schedule),
      ...(timezone !== undefined && { timezone: POLL_KINDS.timezone.show(timezone) }),
      jitter: POLL_KINDS.jitter.show(jitter),
      timeout: POLL_KINDS.timeout.show(timeout),
      image: POLL_KINDS.image.show(image),
    },
  };
}
