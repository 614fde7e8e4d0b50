import type { Endpoint } from '../fault.ts';
import { type Said, underFaults } from '../faults/under-faults.ts';
import type { Hub } from '../hub.ts';
import type { Grant } from '../token/tokens.ts';
import { type Handled, receive, type Visit } from '../visit.ts';
import { errorBody } from '../wire/error-body.ts';
import type { HubRequest } from '../wire/hub-request.ts';
import { plainAnswer } from '../wire/reply.ts';
import { answerBlob } from './answer-blob.ts';
import { answerManifest } from './answer-manifest.ts';
import { challenge, isAllowed } from './authorize.ts';
import { hubAnswer } from './hub-answer.ts';
import { parseQuestion, type Question } from './question.ts';

const JSON_TYPE = 'application/json';
const BEARER = /^bearer /i;

/** Answers a request under `/v2/` as `registry-1.docker.io` does. */
export function answerRegistry(hub: Hub, request: HubRequest): Handled {
  const question = parseQuestion(request.path);
  const { repository } = question;
  const authorization = request.header('authorization') ?? '';
  const token = BEARER.test(authorization) ? authorization.slice('bearer '.length) : '';
  const grant = hub.tokens.check(token, hub.clock.now());
  const isAuthorized = grant !== undefined && isAllowed(hub, grant, repository);
  const account = grant?.account;
  const visit = receive(hub, request, {
    endpoint: endpointOf(question),
    account,
    claimedName: account?.name,
    repositories: [repository],
    isAuthorized,
  });
  return underFaults(visit, () => {
    if (grant && isAuthorized && !visit.faults.includes('unauthorized')) {
      return answerQuestion(hub, visit, question, grant);
    }
    if (authorization === '') return { reply: challenge(hub, visit, repository) };
    const hasScope = !grant || visit.faults.includes('unauthorized');
    return { reply: challenge(hub, visit, repository, hasScope ? 'invalid_token' : 'insufficient_scope') };
  });
}

function endpointOf({ kind }: Question): Endpoint {
  return kind === 'manifest' || kind === 'blob' ? kind : 'registry';
}

function answerQuestion(hub: Hub, visit: Visit, question: Question, grant: Grant): Said {
  const { method } = visit.request;
  if (method !== 'GET' && method !== 'HEAD') {
    const body = errorBody('UNSUPPORTED', 'The operation is unsupported.');
    return { reply: plainAnswer(405, JSON_TYPE, body, 'Allow', 'GET, HEAD') };
  }
  switch (question.kind) {
    case 'manifest':
      return answerManifest(hub, visit, question, grant);
    case 'blob':
      return answerBlob(hub, visit, question);
    case 'tags': {
      const { repository } = question;
      const body = `${JSON.stringify({ name: repository, tags: hub.images.tags(repository) })}\n`;
      return { reply: hubAnswer(visit, 'listing', 200, body, { 'content-type': JSON_TYPE }) };
    }
    case 'version':
      return { reply: hubAnswer(visit, 'listing', 200, '{}', { 'content-type': JSON_TYPE }) };
    case 'unknown':
      return { reply: plainAnswer(404, 'text/plain; charset=utf-8', '404 page not found\n') };
  }
}
