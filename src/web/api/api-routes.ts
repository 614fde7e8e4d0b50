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

/** Contains the facts about the server that the OpenAPI document states. */
interface OpenapiServer {
  /** Path prefix of all routes, such as `/` or `/headroom`. */
  readonly routePrefix: string;
  readonly externalUrl?: string | undefined;
  /** Headroom's version. */
  readonly version: string;
}

/** Returns a function that reads the OpenAPI document from its file once. The YAML parser is loaded on the first call. */
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

/** Returns the base URL of the API. Clients append paths, so that it must not end in a slash (except `/`). */
function serverUrl({ externalUrl, routePrefix }: OpenapiServer): string {
  return externalUrl?.replace(/\/+$/, '') ?? routePrefix;
}

/**
 * Adds `/api/v1/openapi.json`, the description of the API (https://spec.openapis.org/oas/v3.1.0).
 * @param file path of the YAML document
 */
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

/** Adds `/api/v1/summary` and `/api/v1/credentials`, which return the current snapshots as JSON. */
export function addApiRoutes(router: Router, sources: WebSources, answerError: AnswerError): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);
  const snapshots = () => takeSnapshots(sources, sources.clock.now());

  router
    .route('/api/v1/summary')
    .get((request, response) =>
      sendJson(request, response, {
        ...toSummaryJson(snapshots()),
        fleet: toFleetJson(sources.fleet()),
        url: sources.externalUrl ?? null,
      }),
    )
    .all(readOnly);

  router
    .route('/api/v1/credentials')
    .get((request, response) =>
      sendJson(request, response, [
        ...credentialsJson(snapshots(), sources),
        ...toFleetCredentialsJson(sources.fleet(), sources.contain),
      ]),
    )
    .all(readOnly);
}

function credentialsJson(
  snapshots: readonly CredentialSnapshot[],
  { contain = UNREPORTED, clock }: Pick<WebSources, 'contain' | 'clock'>,
): CredentialJson[] {
  const namesInBucket = groupByBucket(snapshots);
  return snapshots.map((snapshot) =>
    contain.one(
      'api',
      snapshot.name,
      () => toCredentialJson(snapshot, namesInBucket(snapshot)),
      (error) =>
        toCredentialJson(
          brokenSnapshot({ identity: { ...snapshot, fingerprint: '' } }, error, clock.now()),
          [],
        ),
    ),
  );
}
