import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

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
export type ProtectResponse = (request: IncomingMessage, response: ServerResponse) => void;

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
