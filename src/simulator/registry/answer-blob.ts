import { applyFaults, type HubReply } from '../faults/fault-reply.ts';
import type { Hub } from '../request-context.ts';
import { createRequestContext, type HandledRequest, type RequestContext } from '../request-context.ts';
import type { HubRequest } from '../wire/messages.ts';
import { errorBody, httpDate, plainAnswer } from '../wire/messages.ts';
import { formatHeaders } from '../wire/wire-format.ts';
import type { RegistryResource } from './registry-messages.ts';
import { hubAnswer } from './registry-messages.ts';

/** Path of the blobs. Docker redirects to a host of its CDN, the simulator to this path of its own. */
const BLOB_PATH = '/registry-v2/docker/registry/v2/blobs/';
const BLOB_DATA = /\/(sha256)\/[0-9a-f]{2}\/([0-9a-f]{64})\/data$/;

/** Reports whether a path is the target of a blob redirect. */
export function isBlobData(path: string): boolean {
  return path.startsWith(BLOB_PATH);
}

/** Answers HEAD and GET of a blob: a redirect (307) to its content, or 404. */
export function answerBlob(
  hub: Hub,
  context: RequestContext,
  { repository, reference }: RegistryResource,
): HubReply {
  if (!hub.images.blob(repository, reference)) {
    const body = errorBody('BLOB_UNKNOWN', 'blob unknown to registry', { digest: reference });
    const values = { 'content-type': 'application/json' };
    return { reply: hubAnswer(context, 'not-found', 404, body, values) };
  }
  const [algorithm = '', hex = ''] = reference.split(':');
  const path = `${BLOB_PATH}${algorithm}/${hex.slice(0, 2)}/${hex}/data`;
  const location = `${context.request.origin}${path}?repository=${encodeURIComponent(repository)}`;
  const body = `<a href="${location}">Temporary Redirect</a>.\n\n`;
  const values = { 'content-type': 'text/html; charset=utf-8', location };
  return { reply: hubAnswer(context, 'blob-redirect', 307, body, values) };
}

/** Answers a request for the content of a blob. No token is required, as at Docker's CDN. */
export function answerBlobData(hub: Hub, request: HubRequest): HandledRequest {
  const repository = new URLSearchParams(request.query).get('repository') ?? '';
  const context = createRequestContext(hub, request, {
    endpoint: 'blob',
    account: undefined,
    claimedName: undefined,
    repositories: [repository],
    isAuthorized: true,
  });
  return applyFaults(context, () => sendBlob(hub, context, repository));
}

function sendBlob(hub: Hub, context: RequestContext, repository: string): HubReply {
  const [, algorithm = '', hex = ''] = BLOB_DATA.exec(context.request.path) ?? [];
  const blob = hub.images.blob(repository, `${algorithm}:${hex}`);
  if (!blob) return { reply: plainAnswer(404, 'text/plain', 'Not Found\n') };
  const range = byteRange(context.request.header('range'), blob.length);
  const body = range ? blob.subarray(range.from, range.to + 1) : blob;
  const headers = formatHeaders(context.profile.wire.layouts.blob, {
    date: httpDate(context.now),
    'content-type': 'application/octet-stream',
    'content-length': String(body.length),
    'accept-ranges': 'bytes',
    etag: `"${hex}"`,
    ...(range ? { 'content-range': `bytes ${range.from}-${range.to}/${blob.length}` } : {}),
  });
  return { reply: { kind: 'answer', status: range ? 206 : 200, headers, body } };
}

/** Parses a single byte range, which clients send to resume a download; undefined (send everything) for anything else. */
function byteRange(header: string | undefined, length: number): { from: number; to: number } | undefined {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || Number(from) >= length) return undefined;
  return { from: Number(from), to: to ? Math.min(Number(to), length - 1) : length - 1 };
}
