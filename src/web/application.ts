import { join } from 'node:path';
import express, { type Express, type RequestHandler, Router } from 'express';
import { addApiRoutes } from './api-routes.ts';
import { loadAssets } from './assets.ts';
import type { CheckPassword } from './basic-auth.ts';
import { answerFault, answerNotFound, createAnswerError } from './error-answer.ts';
import { refuseForeignSites, requirePassword } from './gate.ts';
import { addManagementRoutes } from './management-routes.ts';
import { addMetricsRoutes } from './metrics-routes.ts';
import { createShowPage } from './page.ts';
import { addPageRoutes } from './page-routes.ts';
import { relativeRoot } from './relative-root.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { createTemplates } from './templates.ts';
import type { WebConfigSource } from './web-config-file.ts';
import type { WebSources } from './web-options.ts';

/** views/ and public/ lie beside both src/ and dist/. */
const PACKAGE_ROOT = join(import.meta.dirname, '../..');

/**
 * Wires everything that answers a request, without listening.
 * @param stopping aborts when Headroom stops
 */
export function createApplication(
  sources: WebSources,
  webConfig: WebConfigSource,
  checkPassword: CheckPassword,
  stopping: AbortSignal,
): Express {
  const { routePrefix, log, version } = sources;
  const assets = loadAssets(join(PACKAGE_ROOT, 'public'));
  const render = createTemplates(join(PACKAGE_ROOT, 'views'));
  const showPage = createShowPage(render, assets, routePrefix, version);
  const answerError = createAnswerError(routePrefix, showPage);

  const router = Router();
  // First, since it is asked most.
  addMetricsRoutes(router, sources, answerError);
  addManagementRoutes(router, sources, stopping, answerError);
  addApiRoutes(router, sources, answerError);
  addPageRoutes(router, sources, assets, showPage, answerError);

  const application = express();
  application.disable('x-powered-by');
  application.disable('etag');
  application.set('query parser', 'simple');
  application.use(
    setSecurityHeaders(webConfig.current().tls !== undefined, () => webConfig.current().headers),
  );
  application.use(requirePassword(checkPassword, () => webConfig.current().users));
  application.use(refuseForeignSites());
  if (routePrefix !== '/') application.get(['/', routePrefix], redirectToRoot(routePrefix));
  application.use(routePrefix, router);
  application.use(answerNotFound(answerError));
  application.use(answerFault(answerError, log));
  return application;
}

/** From above the prefix, or without its last slash, to the page; relative, as every link. */
function redirectToRoot(routePrefix: string): RequestHandler {
  return (request, response, next) => {
    if (request.path === `${routePrefix}/`) return next();
    response.redirect(302, relativeRoot(request.originalUrl, routePrefix));
  };
}
