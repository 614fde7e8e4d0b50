import { faultReply } from './fault-reply.ts';
import { httpDate } from './http-date.ts';
import type { Hub } from './hub.ts';
import { receive } from './hub.ts';
import type { Handled, HubRequest } from './hub-request.ts';
import { layHeaders } from './layout.ts';
import { type Answer, plainAnswer, type Reply } from './reply.ts';

/** Where blobs are kept: Docker redirects there, to a host of its delivery network; the simulator to itself. */
export const BLOB_PATH =
  /^\/registry-v2\/docker\/registry\/v2\/blobs\/(sha256)\/[0-9a-f]{2}\/([0-9a-f]{64})\/data$/;

/** Answers a request that followed a blob's redirect. It carries no token: the address is the permission. */
export function answerBlobData(hub: Hub, request: HubRequest): Handled<Reply> {
  const [, algorithm = '', hex = ''] = BLOB_PATH.exec(request.path) ?? [];
  const repository = new URLSearchParams(request.query).get('repository') ?? '';
  const visit = receive(hub, request, { endpoint: 'blob', account: undefined, repositories: [repository] });
  const done = (reply: Reply): Handled<Reply> => ({ reply, source: visit.source, pulls: 0 });
  for (const fault of visit.faults) {
    const reply = faultReply(fault, 'blob');
    if (reply) return done(reply);
  }
  const blob = hub.images.blob(repository, `${algorithm}:${hex}`);
  if (!blob) return done(plainAnswer(404, 'text/plain', 'Not Found\n'));
  const range = byteRange(request.header('range'), blob.length);
  const bytes = range ? blob.subarray(range.from, range.to + 1) : blob;
  const headers = layHeaders(visit.profile.wire.layouts.blob, {
    date: httpDate(visit.now),
    'content-type': 'application/octet-stream',
    'content-length': String(bytes.length),
    'accept-ranges': 'bytes',
    etag: `"${hex}"`,
    ...(range ? { 'content-range': `bytes ${range.from}-${range.to}/${blob.length}` } : {}),
  });
  const answer: Answer = { kind: 'answer', status: range ? 206 : 200, headers, body: bytes };
  return done(visit.faults.includes('slow') ? { kind: 'drip', answer } : answer);
}

/** A single range, as clients send it to go on with a broken download; anything else gets the whole. */
function byteRange(header: string | undefined, length: number): { from: number; to: number } | undefined {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || Number(from) >= length) return undefined;
  return { from: Number(from), to: to ? Math.min(Number(to), length - 1) : length - 1 };
}
