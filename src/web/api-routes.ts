import type { Router } from 'express';
import { type CredentialView, viewCredential } from '../domain/credential-view.ts';
import { toCredentialJson } from './credential-json.ts';
import { type AnswerError, allowOnly } from './error-answer.ts';
import { sendJson } from './send-body.ts';
import { toSummaryJson } from './summary-json.ts';
import type { WebSources } from './web-options.ts';

/** `/api/v1/`: what is known, as JSON. Read only. */
export function addApiRoutes(router: Router, sources: WebSources, answerError: AnswerError): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);
  const views = (): CredentialView[] => {
    const now = sources.clock.now();
    return sources.states().map((state) => viewCredential(state, now));
  };

  router
    .route('/api/v1/summary')
    .get((request, response) =>
      sendJson(request, response, { ...toSummaryJson(views()), url: sources.externalUrl ?? null }),
    )
    .all(readOnly);

  router
    .route('/api/v1/credentials')
    .get((request, response) => sendJson(request, response, views().map(toCredentialJson)))
    .all(readOnly);
}
