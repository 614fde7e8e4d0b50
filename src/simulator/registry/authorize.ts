import { isReadable } from '../accounts/readable.ts';
import type { Hub } from '../hub.ts';
import type { Grant } from '../token/tokens.ts';
import type { Visit } from '../visit.ts';
import { errorBody } from '../wire/error-body.ts';
import type { Answer } from '../wire/reply.ts';
import { hubAnswer, sourceHeader } from './hub-answer.ts';

/** Why a 401 is sent to somebody who did send a token. */
type Objection = 'invalid_token' | 'insufficient_scope';

/** Whether a token allows to pull from a repository; empty: `/v2/` itself, for which any token will do. */
export function isAllowed(hub: Hub, grant: Grant, repository: string): boolean {
  if (repository === '') return true;
  return grant.repositories.includes(repository) && isReadable(hub.images, repository, grant.account);
}

/** The 401 with its challenge. A repository that is missing looks like one that is private. */
export function challenge(hub: Hub, visit: Visit, repository: string, objection?: Objection): Answer {
  const realm = hub.realm ?? `${visit.request.origin}/token`;
  const scope = repository === '' ? '' : `,scope="repository:${repository}:pull"`;
  const error = objection === undefined ? '' : `,error="${objection}"`;
  const detail =
    repository === '' ? null : [{ Type: 'repository', Class: '', Name: repository, Action: 'pull' }];
  return hubAnswer(visit, 'unauthorized', 401, errorBody('UNAUTHORIZED', 'authentication required', detail), {
    'content-type': 'application/json',
    'www-authenticate': `Bearer realm="${realm}",service="registry.docker.io"${scope}${error}`,
    'docker-ratelimit-source': sourceHeader(visit),
  });
}
