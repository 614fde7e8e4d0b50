import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import express, { type Express, type RequestHandler, Router } from 'express';
import { packageFile } from '../kit/package-file.ts';
import { addAlertsApiRoutes } from './alerts/api-routes.ts';
import { addAlertsRoutes, NO_ALERTS } from './alerts/routes.ts';
import { addRunbookRoutes, openRunbookStore } from './alerts/runbooks.ts';
import { addApiRoutes, addOpenapiRoutes } from './api/api-routes.ts';
import { addBadgeRoutes } from './api/badge-routes.ts';
import { addEventRoutes } from './api/event-routes.ts';
import { addHistoryRoutes, addPastEventRoutes } from './api/history-routes.ts';
import { createLiveFeed } from './api/live-feed.ts';
import { addReportRoutes } from './api/report-routes.ts';
import { CHART_LIBRARY, loadAssets } from './assets.ts';
import { addDetailRoutes } from './credential/routes.ts';
import type { Tone } from './credential-words.ts';
import type { ComparePassword } from './http/basic-auth.ts';
import { createCheckPassword } from './http/basic-auth.ts';
import { ownHosts } from './http/caller.ts';
import { type AnswerError, answerFault, answerNotFound, createAnswerError } from './http/error-answer.ts';
import { createFront, createProtectResponse } from './http/front.ts';
import { createGate } from './http/gate.ts';
import { addManagementRoutes } from './http/management-routes.ts';
import { addMetricsRoutes, createServeMetrics, type ServeMetrics } from './http/metrics-routes.ts';
import { addPollRoutes, createPollBudget } from './http/poll-routes.ts';
import { createPostGuard } from './http/post-guard.ts';
import type { WebConfigSource } from './http/web-config.ts';
import { addOverviewEvents, addPageRoutes } from './overview/routes.ts';
import { createOverviewUpdates } from './overview/updates.ts';
import { createShowPage, createTemplates, relativeRoot } from './page.ts';
import { addPlanRoutes } from './plan/routes.ts';
import { addSpendingApiRoutes } from './spending/api-routes.ts';
import { addSpendingRoutes } from './spending/routes.ts';
import { addUsageApiRoutes } from './spending/usage-routes.ts';
import type { WebOptions } from './web-options.ts';

/**
 * Creates the listener for all HTTP requests; it does not listen itself.
 * @param sources data for the pages and the API
 * @param webConfig settings of the web configuration file
 * @param comparePassword compares a password with its bcrypt hash
 * @param stopping aborts when Headroom stops
 */
export function createApplication(
  sources: WebOptions,
  webConfig: WebConfigSource,
  comparePassword: ComparePassword,
  stopping: AbortSignal,
): RequestListener {
  const { routePrefix, log, clock } = sources;
  // The key only makes the digests of this process worthless elsewhere; nothing shows or depends on it.
  const checkPassword = createCheckPassword(
    randomBytes(32),
    () => webConfig.current().users,
    comparePassword,
  );
  const isSecure = webConfig.current().tls !== undefined;
  const serveMetrics = createServeMetrics(sources);
  return createFront({
    protect: createProtectResponse(isSecure, () => webConfig.current().headers),
    gate: createGate(checkPassword, () => webConfig.current(), clock),
    metricsPath: `${routePrefix === '/' ? '' : routePrefix}/metrics`,
    serveMetrics,
    application: createExpress(sources, webConfig, serveMetrics, stopping),
    log,
  });
}

function pathOf(file: string): string {
  return fileURLToPath(packageFile(file));
}

function createExpress(
  sources: WebOptions,
  webConfig: WebConfigSource,
  serveMetrics: ServeMetrics,
  stopping: AbortSignal,
): Express {
  const { routePrefix, log, version, clock, externalUrl } = sources;
  const assets = loadAssets(pathOf('public'), CHART_LIBRARY);
  const render = createTemplates(pathOf('views'));
  const showPage = createShowPage({
    render,
    assets,
    routePrefix,
    version,
    clock,
    guard: () => guard,
    historyProblem: sources.historyProblem,
  });
  const answerError = createAnswerError(routePrefix, showPage);
  // The key only makes the tokens of this process worthless elsewhere; nothing shows or depends on it.
  const guard = createPostGuard({
    key: randomBytes(32),
    externalUrl,
    hosts: () => ownHosts(sources),
    enableAdmin: sources.enableAdmin ?? false,
    webConfig,
    answerError,
  });
  const budget = createPollBudget(clock);

  const feed = createLiveFeed(
    (listener) => sources.subscribe(listener),
    randomBytes(6).toString('hex'),
    undefined,
    sources.contain,
  );
  stopping.addEventListener('abort', () => feed.close(), { once: true });

  const router = Router();
  addMetricsRoutes(router, sources, serveMetrics, answerError, budget);
  addManagementRoutes(router, sources, stopping, answerError, guard);
  addApiRoutes(router, sources, answerError);
  addPastRoutes(router, sources, answerError);
  addSpendingApiRoutes(router, sources, answerError);
  addUsageApiRoutes(router, sources, answerError);
  addPageRoutes(router, sources, feed, assets, showPage, answerError);
  addPollRoutes(router, sources, answerError, guard, budget);
  addEventRoutes(router, feed, stopping, answerError);
  const faviconOf = (tone: Tone) => `./assets/${assets.nameOf(`favicon-${tone}.svg`)}`;
  const updates = createOverviewUpdates({ sources, feed, render, faviconOf });
  addOverviewEvents(router, feed, updates, stopping, answerError);
  const newestEventId = () => feed.newestId();
  addDetailRoutes(router, { ...sources, newestEventId }, showPage, answerError);
  addSpendingRoutes(router, sources, showPage, answerError);
  addPlanRoutes(router, sources, showPage, answerError, guard);
  const alerting = { ...sources, alerts: sources.alerts ?? NO_ALERTS, newestEventId };
  addAlertsRoutes(router, alerting, showPage, answerError, guard);
  addAlertsApiRoutes(router, alerting, answerError, guard);
  addOpenapiRoutes(router, pathOf('docs/openapi.yaml'), sources, answerError);
  addBadgeRoutes(router, sources, answerError);
  addRunbookRoutes(router, openRunbookStore(pathOf('docs/runbooks')), showPage, answerError);

  const application = express();
  application.disable('x-powered-by');
  application.disable('etag');
  application.set('query parser', 'simple');
  if (routePrefix !== '/') application.get(['/', routePrefix], redirectToRoot(routePrefix));
  application.use(routePrefix, router);
  application.use(answerNotFound(answerError));
  application.use(answerFault(answerError, log));
  return application;
}

/** Adds the routes of the API that return the past of credentials and buckets. */
function addPastRoutes(router: Router, sources: WebOptions, answerError: AnswerError): void {
  addHistoryRoutes(router, sources, answerError);
  addPastEventRoutes(router, sources, answerError);
  addReportRoutes(router, sources, answerError);
}

/** Redirects `/` and the prefix without its last slash to the page, with a relative URL. */
function redirectToRoot(routePrefix: string): RequestHandler {
  return (request, response, next) => {
    if (request.path === `${routePrefix}/`) return next();
    response.redirect(302, relativeRoot(request.originalUrl, routePrefix));
  };
}
