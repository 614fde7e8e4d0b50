import type { RequestContext } from '../request-context.ts';
import type { Answer } from '../wire/messages.ts';
import { httpDate } from '../wire/messages.ts';
import type { AnswerKind } from '../wire/wire-format.ts';
import { formatHeaders, type HeaderValues } from '../wire/wire-format.ts';

/** The resource that a path under `/v2/` names. */
export interface RegistryResource {
  readonly kind: 'manifest' | 'blob' | 'tags' | 'version' | 'unknown';
  /** Empty for `/v2/` itself. */
  readonly repository: string;
  /** Tag or digest of a manifest, digest of a blob; empty for anything else. */
  readonly reference: string;
}

const RESOURCE = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/;
const TAGS = /^\/v2\/(.+)\/tags\/list$/;

/** Parses a path without its query. */
export function parseRegistryPath(path: string): RegistryResource {
  const [, repository, resource, reference] = RESOURCE.exec(path) ?? [];
  if (repository !== undefined && reference !== undefined) {
    return { kind: resource === 'blobs' ? 'blob' : 'manifest', repository, reference };
  }
  if (path === '/v2/' || path === '/v2') return { kind: 'version', repository: '', reference: '' };
  const tagged = TAGS.exec(path)?.[1];
  if (tagged !== undefined) return { kind: 'tags', repository: tagged, reference: '' };
  return { kind: 'unknown', repository: '', reference: '' };
}

/** One year, as in every capture of Docker Hub. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000';

/**
 * Returns a response of the registry, with the headers of the profile in their order.
 * @param values header values by lower-case name; modified: common headers are added
 */
export function hubAnswer(
  context: RequestContext,
  kind: AnswerKind,
  status: number,
  body: string | Buffer,
  values: HeaderValues,
): Answer {
  values['content-length'] = String(typeof body === 'string' ? Buffer.byteLength(body) : body.length);
  values.date = httpDate(context.now);
  values['docker-distribution-api-version'] = 'registry/2.0';
  values['strict-transport-security'] = STRICT_TRANSPORT_SECURITY;
  if (context.request.closes) values.connection = 'close';
  return { kind: 'answer', status, headers: formatHeaders(context.profile.wire.layouts[kind], values), body };
}

/** Returns the value of `docker-ratelimit-source` for the metered client, in the form of the profile. */
export function sourceHeader({ client, profile }: RequestContext): string {
  if (client.kind === 'source') return client.source;
  return profile.wire.accountSource === 'uuid' ? client.account.uuid : client.account.name;
}
