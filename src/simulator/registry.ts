import { mayPull } from './account.ts';
import { errorBody, faultReply } from './fault-reply.ts';
import { httpDate } from './http-date.ts';
import { type Hub, receive, type Visit } from './hub.ts';
import type { Handled, HubRequest } from './hub-request.ts';
import { type HeaderValues, layHeaders } from './layout.ts';
import { limitHeaders } from './limit-headers.ts';
import { pullCost } from './limits.ts';
import { negotiateManifest } from './negotiate.ts';
import { type Answer, plainAnswer, type Reply } from './reply.ts';
import type { Grant } from './tokens.ts';
import type { AnswerKind } from './wire-format.ts';

/** What a path under `/v2/` asks for. */
interface Question {
  readonly endpoint: 'manifest' | 'blob' | 'registry';
  /** Empty for `/v2/` itself. */
  readonly repository: string;
  /** Tag, digest or `list`. */
  readonly reference: string;
}

const PATH = /^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/([^/]+)$/;
const ENDPOINT_OF: Record<string, Question['endpoint']> = { manifests: 'manifest', blobs: 'blob' };
const JSON_TYPE = 'application/json';
const YEAR_SECONDS = 31_536_000;

/** Answers a request under `/v2/` as `registry-1.docker.io` does. */
export function answerRegistry(hub: Hub, request: HubRequest): Handled<Reply> {
  const question = parseQuestion(request.path);
  const grant = hub.tokens.check(bearerOf(request), hub.clock.now());
  const { endpoint, repository } = question;
  const visit = receive(hub, request, {
    endpoint,
    account: grant?.account,
    repositories: repository === '' ? [] : [repository],
  });
  const done = (reply: Reply, pulls = 0): Handled<Reply> => ({
    reply: slowed(reply, visit),
    source: visit.source,
    pulls,
  });
  for (const fault of visit.faults) {
    const reply = faultReply(fault, endpoint);
    if (reply) return done(reply);
  }
  const refusal = checkGrant(hub, visit, question, grant);
  if (refusal) return done(refusal);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return done(plainAnswer(405, JSON_TYPE, errorBody('UNSUPPORTED', 'The operation is unsupported.')));
  }
  if (endpoint === 'manifest') return answerManifest(hub, visit, question, grant);
  if (endpoint === 'blob') return done(answerBlob(hub, visit, question));
  return done(answerListing(hub, visit, question));
}

function parseQuestion(path: string): Question {
  const [, repository = '', kind = '', reference = ''] = PATH.exec(path) ?? [];
  return {
    endpoint: ENDPOINT_OF[kind] ?? 'registry',
    repository,
    reference: kind === 'referrers' ? '' : reference,
  };
}

function bearerOf(request: HubRequest): string {
  const authorization = request.header('authorization') ?? '';
  return /^bearer /i.test(authorization) ? authorization.slice(7) : '';
}

/** A 401 for everybody who may not ask this; a missing repository looks like a private one. */
function checkGrant(
  hub: Hub,
  visit: Visit,
  question: Question,
  grant: Grant | undefined,
): Answer | undefined {
  const { repository } = question;
  if (visit.faults.includes('unauthorized')) return unauthorized(hub, visit, repository, 'invalid_token');
  if (!grant) {
    const sent = visit.request.header('authorization') !== undefined;
    return unauthorized(hub, visit, repository, sent ? 'invalid_token' : undefined);
  }
  if (repository === '') return undefined;
  const traits = hub.images.repository(repository);
  const isOpen = traits?.visibility === 'public' || (grant.account && mayPull(grant.account, repository));
  if (traits && isOpen && grant.repositories.includes(repository)) return undefined;
  return unauthorized(hub, visit, repository, 'insufficient_scope');
}

function unauthorized(hub: Hub, visit: Visit, repository: string, error: string | undefined): Answer {
  const realm = hub.realm ?? `${visit.request.origin}/token`;
  const scope = repository === '' ? '' : `,scope="repository:${repository}:pull"`;
  const reason = error === undefined ? '' : `,error="${error}"`;
  const detail =
    repository === '' ? null : [{ Type: 'repository', Class: '', Name: repository, Action: 'pull' }];
  return answer(visit, 'unauthorized', 401, errorBody('UNAUTHORIZED', 'authentication required', detail), {
    'content-type': JSON_TYPE,
    'www-authenticate': `Bearer realm="${realm}",service="registry.docker.io"${scope}${reason}`,
    'docker-ratelimit-source': sourceHeader(visit),
  });
}

function answerManifest(
  hub: Hub,
  visit: Visit,
  question: Question,
  grant: Grant | undefined,
): Handled<Reply> {
  const { request, drawer, limits, now, faults, source, profile } = visit;
  const { repository, reference } = question;
  const done = (reply: Reply, pulls = 0): Handled<Reply> => ({ reply: slowed(reply, visit), source, pulls });
  const isExempt = hub.images.repository(repository)?.exempt ?? false;
  const balance = () => (isExempt ? undefined : hub.meter.balance(drawer, limits, now));
  const limitValues = () => limitHeaders(balance(), isExempt ? undefined : sourceHeader(visit), faults);

  if (faults.includes('pull-limit')) return done(pullLimit(visit, grant, limitValues()));
  const manifest = faults.includes('not-found')
    ? undefined
    : negotiateManifest(hub.images, repository, reference, request.header('accept'));
  if (!manifest)
    return done(
      answer(visit, 'not-found', 404, unknownManifest(question), {
        'content-type': JSON_TYPE,
        ...limitValues(),
      }),
    );
  const cost =
    request.method === 'GET' && !isExempt ? pullCost(limits.counting, manifest.children !== undefined) : 0;
  const isDenied =
    request.method === 'GET'
      ? !isExempt && !hub.meter.trySpend(drawer, cost, limits, now)
      : profile.wire.exhaustedHead === 429 && balance()?.remaining === 0;
  if (isDenied) return done(pullLimit(visit, grant, limitValues()));
  const isMetered = balance() !== undefined;
  return done(
    answer(visit, 'manifest', 200, manifest.body, {
      'content-type': manifest.mediaType,
      'docker-content-digest': manifest.digest,
      etag: `"${manifest.digest}"`,
      ...limitValues(),
    }),
    isMetered ? cost : 0,
  );
}

function pullLimit(visit: Visit, grant: Grant | undefined, limitValues: HeaderValues): Answer {
  const account = visit.drawer.kind === 'account' ? visit.drawer.account.name : undefined;
  const message = visit.profile.wire.pullLimitMessage(account, grant?.id ?? '');
  return answer(visit, 'pull-limit', 429, errorBody('TOOMANYREQUESTS', message), {
    'content-type': JSON_TYPE,
    ...limitValues,
  });
}

/** Distribution names a tag by itself, and a digest with its repository. */
function unknownManifest({ repository, reference }: Question): string {
  const detail = reference.includes(':') ? { Name: repository, Revision: reference } : { Tag: reference };
  return errorBody('MANIFEST_UNKNOWN', 'manifest unknown', detail);
}

function answerBlob(hub: Hub, visit: Visit, { repository, reference }: Question): Answer {
  if (!hub.images.blob(repository, reference)) {
    const body = errorBody('BLOB_UNKNOWN', 'blob unknown to registry', { digest: reference });
    return answer(visit, 'not-found', 404, body, { 'content-type': JSON_TYPE });
  }
  const [algorithm = '', hex = ''] = reference.split(':');
  const path = `/registry-v2/docker/registry/v2/blobs/${algorithm}/${hex.slice(0, 2)}/${hex}/data`;
  const location = `${visit.request.origin}${path}?repository=${encodeURIComponent(repository)}`;
  const body = `<a href="${location}">Temporary Redirect</a>.\n\n`;
  return answer(visit, 'blob-redirect', 307, visit.request.method === 'GET' ? body : '', {
    'content-type': 'text/html; charset=utf-8',
    location,
  });
}

function answerListing(hub: Hub, visit: Visit, { repository, reference }: Question): Answer {
  const { path } = visit.request;
  if (path === '/v2/' || path === '/v2') {
    return answer(visit, 'listing', 200, '{}', { 'content-type': JSON_TYPE });
  }
  if (reference !== 'list') return plainAnswer(404, 'text/plain; charset=utf-8', '404 page not found\n');
  const body = `${JSON.stringify({ name: repository, tags: hub.images.tags(repository) })}\n`;
  return answer(visit, 'listing', 200, body, { 'content-type': JSON_TYPE });
}

function answer(
  visit: Visit,
  kind: AnswerKind,
  status: number,
  body: string | Buffer,
  values: HeaderValues,
): Answer {
  const headers = layHeaders(visit.profile.wire.layouts[kind], {
    ...values,
    'content-length': String(Buffer.byteLength(body)),
    date: httpDate(visit.now),
    'docker-distribution-api-version': 'registry/2.0',
    'strict-transport-security': `max-age=${YEAR_SECONDS}`,
    ...(visit.request.closes ? { connection: 'close' } : {}),
  });
  return { kind: 'answer', status, headers, body };
}

/** How the wire format names the drawer. */
function sourceHeader({ drawer, profile }: Visit): string {
  if (drawer.kind === 'source') return drawer.source;
  return profile.wire.accountSource === 'uuid' ? drawer.account.uuid : drawer.account.name;
}

function slowed(reply: Reply, { faults }: Visit): Reply {
  return reply.kind === 'answer' && faults.includes('slow') ? { kind: 'drip', answer: reply } : reply;
}
