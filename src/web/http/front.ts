import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import helmet from 'helmet';
import type { Log } from '../../kit/log.ts';
import type { Gate } from './gate.ts';

/** Everything comes from the own origin, nothing is inline, and nobody frames it. */
const CONTENT_SECURITY_POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** Sets the security headers of an answer. */
type ProtectResponse = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Sets the security headers, then those of the web configuration, which win; an empty one takes the header away.
 * @param isSecure whether pages are served by HTTPS
 * @param currentHeaders the headers of the web configuration as of now
 */
export function createProtectResponse(
  isSecure: boolean,
  currentHeaders: () => Readonly<Record<string, string>>,
): ProtectResponse {
  const protect = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    // Would hold for every port of the host, and lock out the plain services beside us: only by configuration.
    strictTransportSecurity: false,
    // Browsers ignore both on plain HTTP, and complain in the console.
    crossOriginOpenerPolicy: isSecure,
    originAgentCluster: isSecure,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
  });
  return (request, response) => {
    // Helmet sets headers at once, and calls back at once.
    protect(request, response, () => undefined);
    for (const [name, value] of Object.entries(currentHeaders())) {
      if (value === '') response.removeHeader(name);
      else response.setHeader(name, value);
    }
  };
}

/** What the front passes requests to. */
interface FrontParts {
  readonly protect: ProtectResponse;
  readonly gate: Gate;
  /** The path of the metrics, prefix included. */
  readonly metricsPath: string;
  readonly serveMetrics: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Everything else. */
  readonly application: RequestListener;
  readonly log: Log;
}

/**
 * What every request passes: the security headers, the gate, and then the application. A scrape goes past Express,
 * which would cost more than twice what the rest of the answer does.
 */
export function createFront(parts: FrontParts): RequestListener {
  const { protect, gate, metricsPath, serveMetrics, application, log } = parts;

  function pass(request: IncomingMessage, response: ServerResponse): void {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || pathOf(request) !== metricsPath) {
      application(request, response);
      return;
    }
    serveMetrics(request, response).catch((error: unknown) => fail(error, response));
  }

  function fail(error: unknown, response: ServerResponse): void {
    log.error('A request failed', { error });
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end('Headroom could not answer; its log says why\n');
  }

  return (request, response) => {
    protect(request, response);
    const admitted = gate(request, response);
    if (admitted === true) pass(request, response);
    else if (admitted !== false) {
      admitted.then(
        (isAdmitted) => isAdmitted && pass(request, response),
        (error: unknown) => fail(error, response),
      );
    }
  };
}

function pathOf({ url = '' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}
