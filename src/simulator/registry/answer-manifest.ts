import type { HubReply } from '../faults/fault-reply.ts';
import type { FaultName } from '../faults/faults.ts';
import type { ImageStore, StoredManifest } from '../images/catalogue.ts';
import { pullCost } from '../metering/bucket.ts';
import type { Balance } from '../metering/meter.ts';
import type { Hub, RequestContext } from '../request-context.ts';
import type { Grant } from '../token/tokens.ts';
import type { Answer } from '../wire/messages.ts';
import { errorBody } from '../wire/messages.ts';
import type { HeaderValues } from '../wire/wire-format.ts';
import { hubAnswer, type RegistryResource, sourceHeader } from './registry-messages.ts';

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
/** Platform of the image that is sent to clients that do not accept an index. */
const DEFAULT_PLATFORM = 'linux/amd64';

/**
 * Returns the manifest to send for a tag or digest; undefined if there is none. Docker's registry sends an index only to
 * clients that accept its media type by name. Others, also with a wildcard, receive the image for linux/amd64 if there is
 * one. A digest always returns the manifest that it names.
 */
function negotiateManifest(
  images: ImageStore,
  repository: string,
  reference: string,
  accept: string | undefined,
): StoredManifest | undefined {
  const stored = images.manifest(repository, reference);
  if (!stored?.children || reference.includes(':') || acceptsIndex(accept)) return stored;
  const child = stored.children.find(({ platform }) => platform === DEFAULT_PLATFORM);
  return child ? images.manifest(repository, child.digest) : stored;
}

function acceptsIndex(accept: string | undefined): boolean {
  return accept !== undefined && INDEX_TYPES.some((type) => accept.includes(type));
}

/** Values of the headers `ratelimit-limit` and `ratelimit-remaining`. */
type Pair = readonly [limit: string, remaining: string];

/** Faults that change the limit headers. */
const DISTORTIONS: Partial<Record<FaultName, (balance: Balance) => Pair>> = {
  'empty-numbers': ({ windowSeconds }) => [`;w=${windowSeconds}`, `;w=${windowSeconds}`],
  'no-window': ({ limit, remaining }) => [String(limit), String(remaining)],
  zero: (balance) => truePair({ ...balance, remaining: 0 }),
  'pull-limit': (balance) => truePair({ ...balance, remaining: 0 }),
  'false-full': (balance) => truePair({ ...balance, remaining: balance.limit }),
  'garbage-headers': () => ['many;w=soon', 'a few'],
};

/**
 * Returns the limit headers in both spellings; the layout of the profile selects from them.
 * @param balance undefined for a client that is not metered
 * @param source value of `docker-ratelimit-source`; undefined: the header is not sent
 */
function limitHeaders(
  balance: Balance | undefined,
  source: string | undefined,
  faults: readonly FaultName[],
): HeaderValues {
  const values: HeaderValues = {};
  if (faults.includes('missing-headers')) return values;
  if (source !== undefined) values['docker-ratelimit-source'] = source;
  if (!balance) return values;
  const distortion = faults.map((fault) => DISTORTIONS[fault]).find((distort) => distort !== undefined);
  const [limit, remaining] = (distortion ?? truePair)(balance);
  values['ratelimit-limit'] = limit;
  values['ratelimit-remaining'] = remaining;
  values['x-ratelimit-limit'] = limit;
  values['x-ratelimit-remaining'] = remaining;
  return values;
}

function truePair({ limit, remaining, windowSeconds }: Balance): Pair {
  return [`${limit};w=${windowSeconds}`, `${remaining};w=${windowSeconds}`];
}

/** Answers HEAD and GET of a manifest. A GET is counted unless it is denied; a HEAD is free. */
export function answerManifest(
  hub: Hub,
  context: RequestContext,
  resource: RegistryResource,
  grant: Grant,
): HubReply {
  const { request, faults } = context;
  const { repository, reference } = resource;
  const isExempt = hub.images.repository(repository)?.exempt === true;
  const limitValues = (): HeaderValues => currentLimit(hub, context, isExempt);
  if (faults.includes('pull-limit')) return { reply: pullLimit(context, grant, limitValues()) };

  const manifest = faults.includes('not-found')
    ? undefined
    : negotiateManifest(hub.images, repository, reference, request.header('accept'));
  if (!manifest) return { reply: unknownManifest(context, resource, limitValues()) };

  const pulls = isMetered(hub, context, isExempt) ? charge(hub, context, manifest) : 0;
  if (pulls === 'denied') return { reply: pullLimit(context, grant, limitValues()) };
  const values = limitValues();
  values['content-type'] = manifest.mediaType;
  values['docker-content-digest'] = manifest.digest;
  values.etag = `"${manifest.digest}"`;
  return { reply: hubAnswer(context, 'manifest', 200, manifest.body, values), pulls };
}

/** Counts a request of a metered client. Returns its cost in pulls, or `denied`. */
function charge(hub: Hub, context: RequestContext, manifest: StoredManifest): number | 'denied' {
  const { request, client, limits, now, profile } = context;
  if (request.method === 'GET') {
    const isImage = manifest.children === undefined && !manifest.isAttestation;
    const pulls = pullCost(limits.counting, isImage);
    return hub.meter.trySpend(client, pulls, limits, now) ? pulls : 'denied';
  }
  const isRefused =
    profile.wire.exhaustedHead === 429 && hub.meter.balance(client, limits, now)?.remaining === 0;
  return isRefused ? 'denied' : 0;
}

function isMetered(hub: Hub, { client, limits, faults }: RequestContext, isExempt: boolean): boolean {
  return !isExempt && !faults.includes('unmetered') && hub.meter.quota(client, limits) !== undefined;
}

/** Responses to paid accounts have a source (captures of 2023 and 2024). That exempt images have none is an assumption. */
function currentLimit(hub: Hub, context: RequestContext, isExempt: boolean): HeaderValues {
  const { client, limits, now, faults } = context;
  const balance = isMetered(hub, context, isExempt) ? hub.meter.balance(client, limits, now) : undefined;
  return limitHeaders(balance, isExempt ? undefined : sourceHeader(context), faults);
}

function pullLimit(context: RequestContext, grant: Grant, values: HeaderValues): Answer {
  const { client, profile } = context;
  const account = client.kind === 'account' ? client.account.name : undefined;
  const body = errorBody('TOOMANYREQUESTS', profile.wire.pullLimitMessage(account, grant.id));
  values['content-type'] = 'application/json';
  return hubAnswer(context, 'pull-limit', 429, body, values);
}

/** Returns the 404, which has limit headers too (2021-08-12). Its detail has the form of distribution's registry. */
function unknownManifest(
  context: RequestContext,
  { repository, reference }: RegistryResource,
  values: HeaderValues,
): Answer {
  const detail = reference.includes(':') ? { Name: repository, Revision: reference } : { Tag: reference };
  values['content-type'] = 'application/json';
  return hubAnswer(
    context,
    'not-found',
    404,
    errorBody('MANIFEST_UNKNOWN', 'manifest unknown', detail),
    values,
  );
}
