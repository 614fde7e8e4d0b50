import type { Request, Response, Router } from 'express';
import { takeContainedSnapshot } from '../../domain/credential-snapshot.ts';
import { newestOf } from '../credential/detail-pages.ts';
import { type AnswerError, allowOnly, answerNotFound } from '../http/error-answer.ts';
import { sendBody } from '../http/send-body.ts';
import type { WebSources } from '../web-options.ts';
import { BADGE_MAX_AGE_SECONDS, type Badge, drawBadge, toBadge, toBadgeJson, unknownBadge } from './badge.ts';

/** Returns the badge of a credential or bucket by its name; undefined if it does not exist. */
type FindBadge = (name: string) => Badge | undefined;

/** Adds `/badge/:name.svg` and `.json` for credentials, and `/badge/buckets/:name.svg` and `.json` for buckets by source. */
export function addBadgeRoutes(
  router: Router,
  { states, clock }: Pick<WebSources, 'states' | 'clock'>,
  answerError: AnswerError,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);
  const notFound = answerNotFound(answerError);
  addRoutes('/badge/buckets', findBucket);
  addRoutes('/badge', findCredential);

  function addRoutes(below: '/badge' | '/badge/buckets', find: FindBadge): void {
    router
      .route(`${below}/:name.svg`)
      .get((request, response) => {
        const { name } = request.params;
        const badge = find(name);
        // Badges are embedded as images: an image with the error is better than a broken one.
        const text = drawBadge(badge ?? unknownBadge(name));
        return send(request, response, 'image/svg+xml; charset=utf-8', text, badge ? 200 : 404);
      })
      .all(readOnly);

    router
      .route(`${below}/:name.json`)
      .get((request, response, next) => {
        const badge = find(request.params.name);
        if (!badge) return notFound(request, response, next);
        return send(
          request,
          response,
          'application/json; charset=utf-8',
          JSON.stringify(toBadgeJson(badge)),
          200,
        );
      })
      .all(readOnly);
  }

  function findCredential(name: string): Badge | undefined {
    const state = states().find(({ identity }) => identity.name === name);
    return state && toBadge(name, takeContainedSnapshot(state, undefined, clock.now()));
  }

  function findBucket(source: string): Badge | undefined {
    const now = clock.now();
    const [first, ...others] = states()
      .map((state) => takeContainedSnapshot(state, undefined, now))
      .filter((snapshot) => snapshot.source?.value === source);
    return first && toBadge(source, newestOf([first, ...others]));
  }
}

/** Sends a badge with a header that allows other sites to embed it, which the usual security headers forbid. */
function send(
  request: Request,
  response: Response,
  type: string,
  text: string,
  status: number,
): Promise<void> {
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  return sendBody(request, response, {
    type,
    text,
    status,
    cacheControl: `max-age=${BADGE_MAX_AGE_SECONDS}`,
  });
}
