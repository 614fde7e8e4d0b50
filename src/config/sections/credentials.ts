import type { Credential } from '../../domain/credential.ts';
import { readCredentialLogin } from '../credential-login.ts';
import { readCredentialRoute } from '../credential-route.ts';
import type { CredentialEntry } from '../credential-settings.ts';
import { CREDENTIAL_SETTINGS } from '../credential-settings.ts';
import { environmentCredential } from '../environment-credential.ts';
import { fingerprint } from '../fingerprint.ts';
import type { MapInput } from '../input.ts';
import { isNothing } from '../input.ts';
import { credentialName } from '../kinds/credential-name.ts';
import type { Shown } from '../kinds/kind.ts';
import { listOf } from '../kinds/list.ts';
import { mapOf } from '../kinds/map.ts';
import type { Place } from '../place.ts';
import { reportTakenNames } from '../report-taken-names.ts';
import type { Scope, Section } from '../scope.ts';
import type { PollValues } from './poll.ts';
import { POLL_KINDS } from './poll.ts';

/** What credentials take from other sections. */
export interface Surroundings {
  readonly poll: PollValues;
  readonly hub: { readonly url: URL };
}

const entryKind = mapOf(CREDENTIAL_SETTINGS);
const listKind = listOf(entryKind, { nouns: 'credentials' });

const NOWHERE: Place = { kind: 'default' };
const ANONYMOUS: MapInput = {
  kind: 'map',
  place: NOWHERE,
  entries: new Map([
    ['name', { keyPlace: NOWHERE, input: { kind: 'scalar', place: NOWHERE, value: 'anonymous' } }],
  ]),
};

/** Reads the section `credentials`: those of the file, else the anonymous one; and after them the environment's. */
export async function readCredentials(
  scope: Scope,
  surroundings: Surroundings,
): Promise<Section<readonly Credential[]>> {
  const entries = readEntries(scope);
  // Every credential is known by its name, in every series, page and alert.
  reportTakenNames(entries, credentialName, scope.report);
  const built = await Promise.all(entries.map((entry) => buildCredential(entry, scope, surroundings)));
  return {
    value: built.map(({ credential }) => credential),
    shown: built.map(({ shown }) => shown),
  };
}

function readEntries(scope: Scope): readonly CredentialEntry[] {
  const { file, report } = scope;
  const input = file?.entries.get('credentials')?.input;
  const written = input && !isNothing(input) ? input : undefined;
  const listed = written
    ? (listKind.read(written, 'credentials', report) ?? [])
    : [entryKind.read(ANONYMOUS, 'credentials[0]', report)];
  const fromEnvironment = environmentCredential(scope);
  const index = written?.kind === 'list' ? written.items.length : listed.length;
  const added = fromEnvironment && entryKind.read(fromEnvironment, `credentials[${index}]`, report);
  return [...listed, added].filter((entry) => entry !== undefined);
}

async function buildCredential(
  entry: CredentialEntry,
  scope: Scope,
  { poll, hub }: Surroundings,
): Promise<{ credential: Credential; shown: Shown }> {
  const login = await readCredentialLogin(entry, scope);
  const route = await readCredentialRoute(entry.values.route, scope);
  const { name = '', schedule = poll.schedule, jitter = poll.jitter, timeout = poll.timeout } = entry.values;
  const timezone = entry.values.timezone ?? poll.timezone;
  const image = entry.values.image ?? poll.image;
  const identity = {
    name,
    hasLogin: login !== undefined,
    fingerprint: fingerprint({ hubUrl: hub.url, login: login?.who, route, image }),
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
