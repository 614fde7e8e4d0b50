import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../../kit/log.ts';
import type { Gate } from './gate.ts';
import type { ProtectResponse } from './security-headers.ts';

/** What the front passes requests to. */
export interface FrontParts {
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
