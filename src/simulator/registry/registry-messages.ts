import type { RequestContext } from '../request-context.ts';
import type { Answer } from '../wire/messages.ts';
import { httpDate } from '../wire/messages.ts';
import type { AnswerKind } from '../wire/wire-format.ts';
import { formatHeaders, type HeaderValues } from '../wire/wire-format.ts';

/** What a path under `/v2/` asks for. */
export interface RegistryResource {
  readonly kind: 'manifest' | 'blob' | 'tags' | 'version' | 'unknown';
  /** Empty for `/v2/` itself. */
  readonly repository: string;
  /** Tag or digest; empty for everything else. */
  readonly reference: string;
}

const RESOURCE = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/;
const TAGS = /^\/v2\/(.+)\/tags\/list$/;

/** Reads a path, without its query: containerd adds `?ns=docker.io` to every one. */
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

/** One year: what Docker Hub has sent in every capture. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000';

/** An answer of the registry in the layout of the visit's profile. `values` may be added to. */
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

/** How the profile's `docker-ratelimit-source` names the one who is metered. */
export function sourceHeader({ client, profile }: RequestContext): string {
  if (client.kind === 'source') return client.source;
  return profile.wire.accountSource === 'uuid' ? client.account.uuid : client.account.name;
}
