import { isReadable } from '../accounts.ts';
import { applyFaults, type HubReply } from '../faults/fault-reply.ts';
import type { Endpoint } from '../faults/faults.ts';
import {
  createRequestContext,
  type HandledRequest,
  type Hub,
  type RequestContext,
} from '../request-context.ts';
import type { Grant } from '../token/tokens.ts';
import type { HubRequest } from '../wire/messages.ts';
import { type Answer, errorBody, plainAnswer } from '../wire/messages.ts';
import { answerBlob } from './answer-blob.ts';
import { answerManifest } from './answer-manifest.ts';
import { hubAnswer, parseRegistryPath, type RegistryResource, sourceHeader } from './registry-messages.ts';

/** Error in the challenge to a client that sent a token. */
type Objection = 'invalid_token' | 'insufficient_scope';

/** Reports whether a token allows pulls from a repository. Every token allows `/v2/` itself (an empty repository). */
function isAllowed(hub: Hub, grant: Grant, repository: string): boolean {
  if (repository === '') return true;
  return grant.repositories.includes(repository) && isReadable(hub.images, repository, grant.account);
}

/** Returns the 401 with its challenge. It does not reveal whether the repository is private or missing. */
function challenge(hub: Hub, context: RequestContext, repository: string, objection?: Objection): Answer {
  const realm = hub.realm ?? `${context.request.origin}/token`;
  const scope = repository === '' ? '' : `,scope="repository:${repository}:pull"`;
  const error = objection === undefined ? '' : `,error="${objection}"`;
  const detail =
    repository === '' ? null : [{ Type: 'repository', Class: '', Name: repository, Action: 'pull' }];
  return hubAnswer(
    context,
    'unauthorized',
    401,
    errorBody('UNAUTHORIZED', 'authentication required', detail),
    {
      'content-type': 'application/json',
      'www-authenticate': `Bearer realm="${realm}",service="registry.docker.io"${scope}${error}`,
      'docker-ratelimit-source': sourceHeader(context),
    },
  );
}

const JSON_TYPE = 'application/json';
const BEARER = /^bearer /i;

/** Answers a request under `/v2/` like `registry-1.docker.io`. */
export function answerRegistry(hub: Hub, request: HubRequest): HandledRequest {
  const resource = parseRegistryPath(request.path);
  const { repository } = resource;
  const authorization = request.header('authorization') ?? '';
  const token = BEARER.test(authorization) ? authorization.slice('bearer '.length) : '';
  const grant = hub.tokens.check(token, hub.clock.now());
  const isAuthorized = grant !== undefined && isAllowed(hub, grant, repository);
  const account = grant?.account;
  const context = createRequestContext(hub, request, {
    endpoint: endpointOf(resource),
    account,
    claimedName: account?.name,
    repositories: [repository],
    isAuthorized,
  });
  return applyFaults(context, () => {
    if (grant && isAuthorized && !context.faults.includes('unauthorized')) {
      return answerResource(hub, context, resource, grant);
    }
    if (authorization === '') return { reply: challenge(hub, context, repository) };
    const hasScope = !grant || context.faults.includes('unauthorized');
    return { reply: challenge(hub, context, repository, hasScope ? 'invalid_token' : 'insufficient_scope') };
  });
}

function endpointOf({ kind }: RegistryResource): Endpoint {
  return kind === 'manifest' || kind === 'blob' ? kind : 'registry';
}

function answerResource(
  hub: Hub,
  context: RequestContext,
  resource: RegistryResource,
  grant: Grant,
): HubReply {
  const { method } = context.request;
  if (method !== 'GET' && method !== 'HEAD') {
    const body = errorBody('UNSUPPORTED', 'The operation is unsupported.');
    return { reply: plainAnswer(405, JSON_TYPE, body, 'Allow', 'GET, HEAD') };
  }
  switch (resource.kind) {
    case 'manifest':
      return answerManifest(hub, context, resource, grant);
    case 'blob':
      return answerBlob(hub, context, resource);
    case 'tags': {
      const { repository } = resource;
      const body = `${JSON.stringify({ name: repository, tags: hub.images.tags(repository) })}\n`;
      return { reply: hubAnswer(context, 'listing', 200, body, { 'content-type': JSON_TYPE }) };
    }
    case 'version':
      return { reply: hubAnswer(context, 'listing', 200, '{}', { 'content-type': JSON_TYPE }) };
    case 'unknown':
      return { reply: plainAnswer(404, 'text/plain; charset=utf-8', '404 page not found\n') };
  }
}
