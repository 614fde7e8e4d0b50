import type { Router } from 'express';
import { brokenSnapshot, type CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { UNREPORTED } from '../../kit/contain.ts';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import { sendJson } from '../http/send-body.ts';
import { groupByBucket } from '../overview/bucket-members.ts';
import { takeSnapshots } from '../overview/foreseen-views.ts';
import type { WebSources } from '../web-options.ts';
import { type CredentialJson, toCredentialJson } from './credential-json.ts';
import { toFleetCredentialsJson, toFleetJson } from './fleet-json.ts';
import { toSummaryJson } from './summary-json.ts';

/** `/api/v1/`: what is known, as JSON. Read only. */
export function addApiRoutes(router: Router, sources: WebSources, answerError: AnswerError): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);
  const views = () => takeSnapshots(sources, sources.clock.now());

  router
    .route('/api/v1/summary')
    .get((request, response) =>
      sendJson(request, response, {
        ...toSummaryJson(views()),
        fleet: toFleetJson(sources.fleet()),
        url: sources.externalUrl ?? null,
      }),
    )
    .all(readOnly);

  router
    .route('/api/v1/credentials')
    .get((request, response) =>
      sendJson(request, response, [
        ...credentialsJson(views(), sources),
        ...toFleetCredentialsJson(sources.fleet(), sources.contain),
      ]),
    )
    .all(readOnly);
}

function credentialsJson(
  views: readonly CredentialSnapshot[],
  { contain = UNREPORTED, clock }: Pick<WebSources, 'contain' | 'clock'>,
): CredentialJson[] {
  const namesInBucket = groupByBucket(views);
  return views.map((view) =>
    contain.one(
      'api',
      view.name,
      () => toCredentialJson(view, namesInBucket(view)),
      (error) =>
        toCredentialJson(brokenSnapshot({ identity: { ...view, fingerprint: '' } }, error, clock.now()), []),
    ),
  );
}
