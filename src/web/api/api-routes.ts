import { readFileSync } from 'node:fs';
import type { Router } from 'express';
import { brokenSnapshot, type CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { UNREPORTED } from '../../kit/contain.ts';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import { sendJson } from '../http/send-body.ts';
import { groupByBucket, takeSnapshots } from '../overview/buckets.ts';
import type { WebSources } from '../web-options.ts';
import { type CredentialJson, toCredentialJson } from './credential-json.ts';
import { toFleetCredentialsJson, toFleetJson } from './fleet-json.ts';
import { toSummaryJson } from './summary-json.ts';

/** What the document says of the server that serves it. */
interface OpenapiServer {
  readonly routePrefix: string;
  readonly externalUrl?: string | undefined;
  /** Headroom's version. */
  readonly version: string;
}

/** Reads the description of the API from its file, which is kept; what reads YAML is loaded then. */
function createOpenapiDocument(file: string, server: OpenapiServer): () => Promise<object> {
  let reading: Promise<object> | undefined;
  return () => {
    reading ??= readDocument(file, server);
    return reading;
  };
}

async function readDocument(file: string, server: OpenapiServer): Promise<object> {
  const { parse } = await import('yaml');
  const document = parse(readFileSync(file, 'utf8')) as { readonly info: object };
  return {
    ...document,
    info: { ...document.info, version: server.version },
    servers: [{ url: serverUrl(server) }],
  };
}

/** Paths are put behind it as they are, so that it must not end in a slash, unless it is nothing else. */
function serverUrl({ externalUrl, routePrefix }: OpenapiServer): string {
  return externalUrl?.replace(/\/+$/, '') ?? routePrefix;
}

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
