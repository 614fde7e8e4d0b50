import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import helmet from 'helmet';
import type { Log } from '../../kit/log.ts';
import type { Gate } from './gate.ts';

/** Allows resources of the same origin only, no inline code and no embedding in frames. */
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
 * Returns a function that sets the security headers, and then the headers of the web configuration, which replace them. An
 * empty value removes the header.
 * @param isSecure whether pages are served with HTTPS
 * @param currentHeaders returns the current headers of the web configuration
 */
export function createProtectResponse(
  isSecure: boolean,
  currentHeaders: () => Readonly<Record<string, string>>,
): ProtectResponse {
  const protect = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    // It would apply to every port of the host and block other services without HTTPS: only by configuration.
    strictTransportSecurity: false,
    // Without HTTPS browsers ignore both and log a warning.
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

/** Contains the parts that handle a request, in their order. */
interface FrontParts {
  readonly protect: ProtectResponse;
  readonly gate: Gate;
  /** The path of the metrics, with the route prefix. */
  readonly metricsPath: string;
  readonly serveMetrics: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Handles all other requests. */
  readonly application: RequestListener;
  readonly log: Log;
}

/**
 * Returns the listener for every request. It sets the security headers, applies the gate and then calls the application. A
 * scrape is answered without Express, which would take more than twice the time of the rest of the answer.
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
