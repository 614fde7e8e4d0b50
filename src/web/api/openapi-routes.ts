import type { Router } from 'express';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import { sendJson } from '../http/send-body.ts';
import { createOpenapiDocument, type OpenapiServer } from './openapi-document.ts';

/** `/api/v1/openapi.json`: what the API takes and gives (https://spec.openapis.org/oas/v3.1.0). */
export function addOpenapiRoutes(
  router: Router,
  file: string,
  server: OpenapiServer,
  answerError: AnswerError,
): void {
  const readDocument = createOpenapiDocument(file, server);
  router
    .route('/api/v1/openapi.json')
    .get(async (request, response) => sendJson(request, response, await readDocument()))
    .all(allowOnly(['GET', 'HEAD'], answerError));
}
